// What scrolls sideways can be reached, and scrolled, by keyboard.
document.addEventListener("DOMContentLoaded", () => {
  for (const each of document.querySelectorAll("pre, .table-wrapper, .formula")) {
    if (each.scrollWidth > each.clientWidth) each.tabIndex = 0;
  }
});
