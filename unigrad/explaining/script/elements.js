// Elements, whose words are always text and never markup; numbers, arrays and formulas as elements.
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
  return sketch.picture ? `mean ${number(sketch.picture.mean)}` : sketch.about || sketch.dtype;
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
  if (!sketch.picture) return element("span", { class: "quiet" }, sketch.about || facts(sketch));
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
