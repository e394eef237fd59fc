"use strict";
// The page's script: it draws the scene that Graphviz has laid out, and shows the step that the slider is at.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  /** Puts what the table holds once into all its places. */
  function expand(value) {
    if (value === null || typeof value !== "object") return value;
    if (value["#"] !== undefined) return data.table[value["#"]];
    for (const key of Object.keys(value)) value[key] = expand(value[key]);
    return value;
  }
  for (const key of ["points", "reverse", "forward", "gradients"]) expand(data[key]);
  const { points, scenes, formulas } = data;
  const [WIDTH, HEIGHT] = data.box;
  const SVG = "http://www.w3.org/2000/svg";
  const $ = id => document.getElementById(id);
  const state = { direction: "reverse", step: 0, scene: 0, chosen: null, timer: null };
  const drawn = new Map(); // scenes as Graphviz laid them out
  let shown = null; // the scene on the page: its boxes and arrows
  let graphviz = null;

  // Elements, whose words are always text and never markup.
  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [word, value] of Object.entries(attributes)) {
      if (word === "class") made.className = value;
      else if (word.startsWith("on")) made.addEventListener(word.slice(2), value);
      else made.setAttribute(word, value);
    }
    made.append(...children.filter(each => each !== null && each !== undefined));
    return made;
  }
  function drawing(name, attributes = {}, ...children) {
    const made = document.createElementNS(SVG, name);
    for (const [word, value] of Object.entries(attributes)) made.setAttribute(word, value);
    made.append(...children);
    return made;
  }
  const cut = (words, most) => (words.length <= most ? words : words.slice(0, most - 1) + "…");

  const short = path => path.split(/[\\/]/).pop();

  // Numbers and arrays
  function number(value) {
    if (typeof value === "number") return String(Number(value.toPrecision(6)));
    return typeof value === "string" && value.endsWith("j")
      ? value.replace(/\d+(\.\d+)?(e[+-]?\d+)?/g, each => String(Number(Number(each).toPrecision(6))))
      : String(value);
  }
  const line = values => (Array.isArray(values) ? `[${values.map(line).join(", ")}]` : number(values));
  function brief(sketch) {
    if (!sketch) return "";
    if (sketch.values !== null) return line(sketch.values);
    return sketch.picture ? `mean ${number(sketch.picture.mean)}` : sketch.dtype;
  }
  const lengths = shape => shape.join("×") || "scalar";
  function facts(sketch) {
    const many = sketch.examples.length ? `${sketch.examples.join("×")} examples of ` : "";
    return `${many}${lengths(sketch.shape)} ${sketch.dtype}`;
  }
  function tint(value, largest) {
    if (typeof value !== "number" || !largest) return "";
    return `rgba(var(--${value < 0 ? "negative" : "positive"}), ${(0.26 * Math.abs(value) / largest).toFixed(3)})`;
  }
  function array(sketch, key) {
    if (!sketch) return element("span", { class: "quiet" }, "not known");
    if (sketch.values === null) return picture(sketch);
    if (!Array.isArray(sketch.values)) return element("span", { class: "scalar", "data-value": key }, number(sketch.values));
    const flat = sketch.values.flat(Infinity);
    const largest = Math.max(...flat.map(each => (typeof each === "number" ? Math.abs(each) : 0)));
    let rows = sketch.values;
    if (!flat.length) return element("span", { class: "quiet" }, `no elements, ${facts(sketch)}`);
    if (!Array.isArray(rows[0])) rows = [rows];
    while (Array.isArray(rows[0][0])) rows = rows.flat(1);
    const body = rows.map(row => element("tr", {}, ...row.map(each => {
      const cell = element("td", {}, number(each));
      cell.style.background = tint(each, largest);
      return cell;
    })));
    const table = element("table", { class: "array", "data-value": key, "aria-label": facts(sketch) }, element("tbody", {}, ...body));
    return element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `array, ${facts(sketch)}` }, table);
  }
  // From dark blue to yellow, as maps of values usually are.
  const RAMP = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
  function colour(level) {
    if (level === 255) return [220, 40, 60];
    const place = (level / 254) * (RAMP.length - 1);
    const low = Math.min(Math.floor(place), RAMP.length - 2);
    return RAMP[low].map((each, i) => Math.round(each + (RAMP[low + 1][i] - each) * (place - low)));
  }
  function picture(sketch) {
    if (!sketch.picture) return element("span", { class: "quiet" }, facts(sketch));
    const { low, high, mean, not_finite: bad, zeros, heat } = sketch.picture;
    const words = `${facts(sketch)}: ${number(low)} to ${number(high)}, mean ${number(mean)}` +
      (zeros ? `, ${zeros} zeros` : "") + (bad ? `, ${bad} not finite` : "");
    const made = element("div", {}, element("p", { class: "mono" }, words));
    if (heat) {
      const canvas = element("canvas", { width: heat.columns, height: heat.rows, role: "img", "aria-label": `picture of the values, ${words}` });
      canvas.style.aspectRatio = `${heat.columns} / ${Math.max(heat.rows, heat.columns / 12)}`;
      const pixels = new ImageData(heat.columns, heat.rows);
      [...atob(heat.cells)].forEach((letter, i) => pixels.data.set([...colour(letter.charCodeAt(0)), 255], 4 * i));
      canvas.getContext("2d").putImageData(pixels, 0, 0);
      made.append(canvas);
    }
    return made;
  }

  // Formulas, which the library has written as MathML with every name escaped
  function formula(index, before = "") {
    if (index === null) return element("span", { class: "quiet" }, "a rule that is no formula");
    const { mathml, where } = formulas[index];
    const made = element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `formula: ${formulas[index].text}` });
    made.innerHTML = `<math displaystyle="true">${before}${mathml}</math>` +
      (where.length ? `<div class="where">where ${where.map(([name, part]) => `<math>${name}<mo>=</mo>${part}</math>`).join(", ")}</div>` : "");
    return made;
  }

  // The steps
  const steps = () => data[state.direction];
  const current = () => (state.step > 0 ? steps()[state.step - 1] : null);
  /** What has arrived at each point, up to the step that is shown. */
  function sums() {
    const found = new Map();
    if (state.direction === "forward") {
      for (const step of steps().slice(0, state.step)) {
        for (const part of step.given) if (!found.has(part.parent)) found.set(part.parent, part.value);
        found.set(step.point, step.t);
      }
      return found;
    }
    for (const step of steps().slice(0, state.step)) {
      found.set(step.point, step.g);
      for (const part of step.parts) found.set(part.parent, part.total);
    }
    if (!state.step && steps().length) found.set(steps()[0].point, steps()[0].g);
    return found;
  }
  function said() {
    const step = current();
    const total = steps().length;
    if (!total) return "there are no steps";
    if (!step) return state.direction === "reverse" ? "start: the cotangent of the output" : "start: the tangents of the leaves";
    const point = points[step.point];
    return `step ${state.step} of ${total}: ${point.title}`;
  }

  // The panel
  const link = index => element("button", { type: "button", class: "link", onclick: () => choose(index) }, points[index].title);
  function head(point) {
    const made = [element("h2", {}, point.title)];
    const words = [point.name && point.kind === "node" ? point.op : "", point.shape ? lengths(point.shape) : "", point.dtype].filter(Boolean);
    made.push(element("p", { class: "quiet" }, words.join(" · ") + (point.about ? ` — ${point.about}` : "")));
    if (point.line) {
      made.push(element("div", { class: "line", tabindex: 0, role: "region", "aria-label": "the line of the program" }, element("code", {}, point.line.text || "…"),
        element("div", { class: "quiet", title: point.line.file }, `${short(point.line.file)}, line ${point.line.number}`)));
    }
    return made;
  }
  function value(point) {
    const made = [element("h3", {}, "Value")];
    if (point.formula !== null) made.push(formula(point.formula, "<mi>out</mi><mo>=</mo>"));
    made.push(point.value ? array(point.value, `value-${point.index}`)
      : element("p", { class: "quiet" }, "The graph does not hold it: no rule needs it. Give explain() the function, and every value is known."));
    return made;
  }
  function saved(point) {
    if (!point.saved.length) return point.kind === "node" ? [element("h3", {}, "Saves"), element("p", { class: "quiet" }, "nothing")] : [];
    const rows = point.saved.map(each => element("tr", {}, element("th", { scope: "row" }, each.name), element("td", {}, each.what),
      element("td", { class: "mono" }, cut(each.text, 60)), element("td", {}, each.bytes ? `${each.bytes.toLocaleString("en")} B` : "")));
    return [element("h3", {}, `Saves ${point.bytes.toLocaleString("en")} bytes`), element("table", { class: "saved" }, element("tbody", {}, ...rows))];
  }
  function reverseStep(step) {
    const point = points[step.point];
    const made = [element("h3", {}, "Cotangent g, which has arrived"), array(step.g, "g"), element("h3", {}, "It gives")];
    step.parts.forEach((part, place) => {
      const rule = point.rules[place];
      const sum = element("div", { class: "sums" }, element("span", {}, "contribution"), element("span", {}, array(part.value, `part-${place}`)),
        element("span", {}, "sum so far"), element("span", {}, array(part.total, `total-${place}`)));
      made.push(element("div", { class: "row" }, element("p", {}, "to ", link(part.parent), element("span", { class: "quiet" }, ` as ${part.argument}`)),
        formula(rule ? rule.formula : null), sum));
    });
    return made;
  }
  function forwardStep(step) {
    const made = [element("h3", {}, "Tangent t"), formula(step.formula, "<mi>t</mi><mo>=</mo>"), array(step.t, "t"), element("h3", {}, "It comes of")];
    step.given.forEach((part, place) => {
      const of = step.parts.find(each => each.argument === part.argument);
      made.push(element("div", { class: "row" }, element("p", {}, link(part.parent), element("span", { class: "quiet" }, ` as ${part.argument}`)),
        element("div", { class: "sums" }, element("span", {}, "its tangent"), element("span", {}, array(part.value, `given-${place}`)),
          ...(of ? [element("span", {}, "contributes"), element("span", {}, array(of.value, `pushed-${place}`))] : []))));
    });
    return made;
  }
  function start() {
    if (!steps().length) return [element("h2", {}, "No steps"), element("p", {}, data.endings.join("; ") || "The output is a leaf.")];
    const reverse = state.direction === "reverse";
    const made = [element("h2", {}, reverse ? "The reverse sweep" : "The forward sweep"),
      element("p", {}, reverse
        ? "It begins at the output, whose cotangent is given, and comes to the nodes youngest first. At each, the rule turns the cotangent g into a contribution to every parent; contributions add up."
        : "It begins at the leaves, whose tangents are given, and comes to the nodes oldest first. At each, the rule turns the parents' tangents into the node's own."),
      element("p", {}, "Move the slider, or use the arrow keys. Choose a box for what its node holds.")];
    if (reverse) made.push(element("h3", {}, "Cotangent of the output"), array(steps()[0].g, "g"));
    return made;
  }
  function gradients() {
    if (state.direction !== "reverse" || state.step !== steps().length || !data.gradients.length) return [];
    return [element("h3", {}, "Gradients"), ...data.gradients.map(([index, sketch]) =>
      element("div", { class: "row" }, element("p", {}, link(index)), array(sketch, `gradient-${index}`)))];
  }
  function panel() {
    const step = current();
    let made;
    if (state.chosen !== null) {
      const point = points[state.chosen];
      const arrived = sums().get(state.chosen);
      const word = state.direction === "reverse" ? "Cotangent so far" : "Tangent";
      made = [...head(point), ...value(point), element("h3", {}, word),
        arrived ? array(arrived, "arrived") : element("p", { class: "quiet" }, "nothing has arrived yet"), ...rules(point), ...saved(point),
        element("p", {}, element("button", { type: "button", class: "link", onclick: () => choose(null) }, "Back to the step"))];
    } else if (step) {
      const point = points[step.point];
      made = [...head(point), ...(state.direction === "reverse" ? reverseStep(step) : forwardStep(step)), ...gradients(), ...value(point), ...saved(point)];
    } else made = start();
    $("panel").replaceChildren(...made);
  }
  function rules(point) {
    if (!point.rules.length) return [];
    return [element("h3", {}, "Rules"), ...point.rules.map(rule => element("div", { class: "row" },
      element("p", {}, "to ", link(rule.parent), element("span", { class: "quiet" }, ` as ${rule.argument}`)), formula(rule.formula),
      rule.source ? element("p", { class: "quiet", title: rule.source }, `written in ${short(rule.source)}`) : null))];
  }

  // The picture
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

  // The slider, the buttons, the keys
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
})();
