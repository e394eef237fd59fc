"use strict";
// Filters the matrix, and spells out a row that is asked for. All text goes in as text: nothing here makes markup of it.
(() => {
  const form = document.querySelector(".filters");
  const said = form.querySelector("output");
  let cases = null; // by matrix and name, read from the document when they are first needed

  const report = () => JSON.parse(document.getElementById("document").textContent);
  const matrixOf = (suite) => (suite === "transforms" || suite === "chapter" ? suite : "primitives");

  function known() {
    if (cases === null) {
      cases = new Map();
      for (const each of report().cases) {
        const key = `${matrixOf(each.suite)}/${each.name}`;
        if (!cases.has(key)) cases.set(key, []);
        cases.get(key).push(each);
      }
    }
    return cases;
  }

  const casesOf = (row) => known().get(`${row.closest("table").dataset.matrix}/${row.dataset.name}`) || [];

  // --- filters

  function wanted() {
    return Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
  }

  function fits(each, w) {
    return (!w.suite || each.suite === w.suite) && (!w.backend || each.backend === w.backend) &&
      (!w.room || each.room === w.room) && (!w.status || each.status === w.status) &&
      (!w.text || `${each.suite}/${each.name} ${each.sample}`.toLowerCase().includes(w.text.toLowerCase()));
  }

  function filter() {
    const w = wanted();
    const some = Object.values(w).some((value) => value !== "");
    let rows = 0, count = 0;
    for (const table of document.querySelectorAll("table.matrix")) {
      for (const body of table.tBodies) {
        let shown = 0;
        for (const row of body.querySelectorAll("tr[data-name]")) {
          const fitting = some ? casesOf(row).filter((each) => fits(each, w)).length : casesOf(row).length;
          row.hidden = some && fitting === 0;
          close(row);
          shown += row.hidden ? 0 : 1;
          count += fitting;
        }
        body.hidden = shown === 0;
        rows += shown;
      }
      table.hidden = [...table.tBodies].every((body) => body.hidden);
    }
    for (const cell of document.querySelectorAll("table.matrix [data-backend]")) {
      cell.hidden = w.backend !== "" && cell.dataset.backend !== w.backend;
    }
    for (const mark of document.querySelectorAll("table.matrix [data-suite]")) {
      mark.classList.toggle("aside", w.suite !== "" && mark.dataset.suite !== w.suite);
    }
    said.value = `${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"}, ${count.toLocaleString("en")} ${count === 1 ? "case" : "cases"}`;
    const words = new URLSearchParams(Object.entries(w).filter(([, value]) => value !== "")).toString();
    history.replaceState(null, "", words ? `#?${words}` : location.hash.startsWith("#?") ? "#" : location.hash || "#");
  }

  function fromAddress() {
    if (!location.hash.startsWith("#?")) return;
    for (const [name, value] of new URLSearchParams(location.hash.slice(2))) {
      if (form.elements[name]) form.elements[name].value = value;
    }
  }

  // --- what stands behind a row

  function element(tag, text, kind) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  }

  const size = (number) => (number === null ? "∞" : number.toExponential(1));
  const share = (number) => (number === null ? "∞" : number < 10 ? `${Number((100 * number).toPrecision(3))} %` : `${number.toExponential(1)} ×`);

  const HEADS = ["suite", "backend", "status", "checks", "worst error", "of its tolerance", "in the call", "to run it again"];

  function copier(line, label) {
    const button = element("button", label);
    button.type = "button";
    button.dataset.copy = line;
    return button;
  }

  function lineOf(each) {
    const row = element("tr"), head = element("th", each.suite);
    head.scope = "row";
    const compared = each.sample !== "";
    const said = each.status === "not run" ? each.reason : each.sample;
    const told = element("td");
    told.append(element(each.status === "not run" ? "span" : "code", said));
    const again = element("td");
    again.append(copier(each.replay, "Copy the line"));
    row.append(
      head, element("td", each.backend), element("td", each.status, each.status.replace(" ", "-")),
      element("td", each.checks.toLocaleString("en"), "n"), element("td", compared ? size(each.error) : "", "n"),
      element("td", compared ? share(each.share) : "", "n"), told, again,
    );
    return row;
  }

  function failureOf(each) {
    const row = element("tr"), cell = element("td", undefined, "finding");
    cell.colSpan = HEADS.length;
    for (const finding of each.findings.slice(0, 5)) cell.append(element("p", `${finding.what}: ${finding.detail}; in ${finding.sample}`));
    if (each.findings.length > 5) cell.append(element("p", `and ${each.findings.length - 5} more`));
    const line = element("p");
    line.append(element("code", each.replay));
    cell.append(line);
    row.append(cell);
    return row;
  }

  function behind(row, shown) {
    const table = element("table"), heads = table.createTHead().insertRow(), body = table.createTBody();
    table.append(element("caption", `Behind ${row.dataset.name}`, "sr"));
    for (const name of HEADS) {
      const head = element("th", name, /checks|error|tolerance/.test(name) ? "n" : undefined);
      head.scope = "col";
      heads.append(head);
    }
    for (const each of shown) {
      body.append(lineOf(each));
      if (each.status === "failed") body.append(failureOf(each));
    }
    return table;
  }

  function open(row) {
    const w = wanted(), detail = element("tr", undefined, "detail"), cell = element("td");
    cell.colSpan = row.cells.length;
    const shown = casesOf(row).filter((each) => (!w.suite || each.suite === w.suite) && (!w.backend || each.backend === w.backend));
    const scroll = element("div", undefined, "scroll");
    scroll.append(behind(row, shown));
    cell.append(scroll);
    detail.append(cell);
    row.after(detail);
    row.querySelector("button").setAttribute("aria-expanded", "true");
  }

  function close(row) {
    const next = row.nextElementSibling;
    if (next && next.classList.contains("detail")) {
      next.remove();
      row.querySelector("button").setAttribute("aria-expanded", "false");
    }
  }

  // --- what buttons do

  async function copy(button) {
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = "Copied";
    } catch { // a browser that keeps the clipboard to itself: the line to copy by hand
      button.replaceWith(element("code", button.dataset.copy));
      return;
    }
    setTimeout(() => { button.textContent = label; }, 1500);
  }

  function save() {
    const link = element("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(report(), null, 1) + "\n"], { type: "application/json" }));
    link.download = "conformance.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button === null) return;
    if (button.hasAttribute("aria-expanded")) {
      const row = button.closest("tr");
      if (button.getAttribute("aria-expanded") === "true") close(row);
      else open(row);
    } else if ("copy" in button.dataset) copy(button);
    else if ("save" in button.dataset) save();
  });
  let waiting = 0;
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 80); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  addEventListener("hashchange", () => { if (location.hash.startsWith("#?")) { fromAddress(); filter(); } });

  form.hidden = false;
  new ResizeObserver(() => document.documentElement.style.setProperty("--under", `${form.offsetHeight}px`)).observe(form);
  for (const button of document.querySelectorAll("[data-save], [data-copy]")) button.hidden = false;
  fromAddress();
  if (location.hash.startsWith("#?")) filter();
})();
