// The controls: the slider, the buttons, the keys.
async function go(step) {
  state.step = Math.max(0, Math.min(steps().length, step));
  state.chosen = null;
  const slider = $("step");
  slider.max = steps().length;
  slider.value = state.step;
  const words = said();
  slider.setAttribute("aria-valuetext", words);
  $("where").textContent = words;
  $("said").textContent = words;
  for (const id of ["first", "back"]) $(id).disabled = state.step === 0;
  for (const id of ["next", "last"]) $(id).disabled = state.step === steps().length;
  if (state.step === steps().length) stop();
  panel();
  $("panel").scrollTop = 0;
  const point = current() && current().point;
  // Inside a fold the picture follows the sweep; from outside a fold is one box, and stays so.
  if (state.scene !== 0 && point !== null && home.get(point) !== state.scene && home.has(point)) { state.scene = home.get(point); await draw(); }
  mark();
  reveal();
}
function stop() {
  clearInterval(state.timer);
  state.timer = null;
  document.body.classList.remove("playing");
  $("play").setAttribute("aria-label", "Play");
}
function play() {
  if (state.timer) return stop();
  if (state.step === steps().length) go(0);
  state.timer = setInterval(() => go(state.step + 1), 900);
  document.body.classList.add("playing");
  return $("play").setAttribute("aria-label", "Pause");
}
$("step").addEventListener("input", event => go(Number(event.target.value)));
$("first").addEventListener("click", () => go(0));
$("back").addEventListener("click", () => go(state.step - 1));
$("next").addEventListener("click", () => go(state.step + 1));
$("last").addEventListener("click", () => go(steps().length));
$("play").addEventListener("click", play);
for (const radio of document.querySelectorAll("input[name=direction]")) {
  radio.addEventListener("change", () => { state.direction = radio.value; stop(); go(0); });
}
document.addEventListener("keydown", event => {
  if (event.target.matches("input, button, summary, .box") && event.key !== "Escape") return;
  const keys = { ArrowRight: () => go(state.step + 1), ArrowLeft: () => go(state.step - 1), Home: () => go(0), End: () => go(steps().length), " ": play, Escape: () => choose(null) };
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
});
go(0);
draw().then(() => { document.body.dataset.ready = "yes"; });
