// The data of the page, and the state that it is in.
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
