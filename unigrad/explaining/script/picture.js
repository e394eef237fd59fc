// The picture: the scene that Graphviz has laid out, and where the sweep is in it.
const home = new Map(); // the scene in which each point has a box of its own
scenes.forEach((scene, index) => scene.boxes.forEach(box => {
  if (box.kind !== "fold" && box.kind !== "outside") home.set(box.ref, index);
}));
async function engine() {
  if (graphviz) return graphviz;
  const bytes = Uint8Array.from(atob($("graphviz").textContent), letter => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  new Function(await new Response(stream).text()).call(window);
  graphviz = await window.Viz.instance();
  return graphviz;
}
async function draw() {
  const index = state.scene;
  path();
  try {
    if (!drawn.has(index)) drawn.set(index, (await engine()).renderJSON(scenes[index].dot));
  } catch (error) {
    $("picture").replaceChildren(element("p", { class: "wait" }, `The picture needs a browser with DecompressionStream and WebAssembly: ${error}`));
    return;
  }
  if (index !== state.scene) return;
  shown = build(scenes[index], drawn.get(index), index);
  $("picture").replaceChildren(shown.svg);
  mark();
}
function build(scene, laid, index) {
  const [, , width, height] = laid.bb.split(",").map(Number);
  const margin = 12;
  const title = scene.label || data.title;
  const tip = drawing("marker", { id: "tip", viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 8, markerHeight: 8, markerUnits: "userSpaceOnUse", orient: "auto" },
    drawing("path", { class: "tip", d: "M0 0 10 5 0 10z" }));
  const inside = drawing("g", { transform: `translate(${margin} ${height + margin})` });
  const svg = drawing("svg", { width: width + 2 * margin, height: height + 2 * margin, viewBox: `0 0 ${width + 2 * margin} ${height + 2 * margin}`, role: "group", "aria-label": `graph of ${title}` },
    drawing("defs", {}, tip), inside);
  const arrows = (laid.edges || []).map(edge => {
    const made = drawing("g", { class: "arrow" }, drawing("path", { d: curve(edge.pos), "marker-end": "url(#tip)" }));
    inside.append(made);
    return { made, from: Number(laid.objects[edge.tail].name.slice(1)), to: Number(laid.objects[edge.head].name.slice(1)) };
  });
  const boxes = (laid.objects || []).map(object => {
    const place = Number(object.name.slice(1));
    const made = boxOf(scene.boxes[place], object.pos.split(",").map(Number));
    inside.append(made);
    return { place, made, box: scene.boxes[place] };
  });
  boxes.sort((one, two) => one.place - two.place);
  return { svg, arrows, boxes, index };
}
function curve(position) {
  const [end, ...rest] = position.split(" ").map(word => word.replace(/^e,/, "").split(",").map(Number));
  const [first, ...bends] = rest;
  return `M${first[0]} ${-first[1]} C${bends.map(([x, y]) => `${x} ${-y}`).join(" ")} L${end[0]} ${-end[1]}`;
}
function boxOf(box, [x, y]) {
  const words = (kind, down, text) => {
    const made = drawing("text", { class: kind, "text-anchor": "middle", y: down });
    made.textContent = cut(text, kind === "mono" ? 24 : 25);
    return made;
  };
  const open = () => (box.kind === "fold" ? enter(box.ref) : choose(box.ref));
  const output = box.kind !== "fold" && data.outputs.includes(box.ref) ? " output" : "";
  const made = drawing("g", { class: `box ${box.kind}${output}`, transform: `translate(${x} ${-y})`, role: "button", tabindex: 0,
    "aria-label": box.kind === "fold" ? `${box.title}, ${box.detail}, open` : `${box.title}, ${box.detail}` },
    drawing("rect", { x: -WIDTH / 2, y: -HEIGHT / 2, width: WIDTH, height: HEIGHT, rx: 9 }),
    words("title", -22, box.title), words("quiet", -5, box.detail), words("mono", 13, box.more), words("g", 31, ""));
  made.dataset.ref = box.ref;
  made.addEventListener("click", open);
  made.addEventListener("keydown", event => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); event.stopPropagation(); open(); }
  });
  return made;
}
/** The places of the boxes that show a point: its own, or the fold that it is in. */
function within(scene, point) {
  let index = home.get(point);
  while (index !== undefined && index !== null && index !== scene) {
    const above = scenes[index].above;
    if (above === scene) return scenes[scene].boxes.findIndex(box => box.kind === "fold" && box.ref === index);
    index = above;
  }
  return scenes[scene].boxes.findIndex(box => box.kind !== "fold" && box.ref === point);
}
function mark() {
  if (!shown) return;
  const step = current();
  const arrived = sums();
  const word = state.direction === "reverse" ? "g" : "t";
  const now = step ? within(shown.index, step.point) : -1;
  const others = new Set((step ? (state.direction === "reverse" ? step.parts : step.given) : []).map(part => within(shown.index, part.parent)));
  const passed = new Set(steps().slice(0, state.step).map(each => within(shown.index, each.point)));
  for (const { place, made, box } of shown.boxes) {
    const sum = box.kind === "fold" ? null : arrived.get(box.ref);
    made.classList.toggle("now", place === now);
    made.classList.toggle("given", place !== now && (others.has(place) || Boolean(sum)));
    made.classList.toggle("chosen", box.kind !== "fold" && box.ref === state.chosen);
    made.querySelector(".g").textContent = sum ? cut(`${word} = ${brief(sum)}`, 24) : "";
  }
  for (const { made, from, to } of shown.arrows) {
    made.classList.toggle("now", to === now && others.has(from));
    made.classList.toggle("done", passed.has(to));
  }
}
function reveal() {
  const box = shown && shown.boxes.find(({ made }) => made.classList.contains("now"));
  if (box) box.made.scrollIntoView({ block: "nearest", inline: "nearest" });
}
function path() {
  const trail = [];
  for (let index = state.scene; index !== null; index = scenes[index].above) trail.unshift(index);
  if (trail.length < 2) return $("path").replaceChildren();
  return $("path").replaceChildren(...trail.flatMap((index, place) => {
    const name = scenes[index].label || data.title;
    const last = place === trail.length - 1;
    return [place ? " › " : "", last ? element("span", { "aria-current": "location" }, name) : element("button", { type: "button", onclick: () => enter(index) }, name)];
  }));
}
function enter(scene) {
  state.scene = scene;
  draw();
}
function choose(index) {
  state.chosen = index;
  if (index !== null && home.has(index) && within(state.scene, index) < 0) enter(home.get(index));
  panel();
  mark();
}
