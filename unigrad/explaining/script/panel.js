// The panel: the step that the slider is at, or the box that was chosen.
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
