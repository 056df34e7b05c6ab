// A figure while a hand moves: its marks alone, in the order in which Plotly lays them. What is around them, axes,
// shapes, notes and scales of colour, Plotly draws: the frame. What is not known here Plotly draws whole. No DOM in here.
import { cells } from "./cells.js";
import { lines } from "./markup.js";
import { SYMBOLS, bars, scatter } from "./marks.js";

// What says nothing of how a mark looks.
const SILENT = /^(type|mode|name|zorder|xaxis|yaxis|showscale|showlegend|hoverinfo|hovertemplate|hovertext|hoverongaps|customdata|meta|colorbar)$/;

const KNOWN = {
  scatter: /^(x|y|fill|fillcolor|text|textposition|cliponaxis|line\.(color|width|dash)|textfont\.(color|size|family)|marker\.(symbol|size|color|opacity|line\.(color|width)))$/,
  heatmap: /^(x|y|z|text|colorscale|zmin|zmax|xgap|ygap|opacity)$/,
  bar: /^(x|y|width|text|textposition|marker\.(color|opacity|line\.width))$/,
};

// `text` of a heat map is for hovering; it would be written into the cells by a texttemplate.
function* names(trace, before = "") {
  for (const [name, value] of Object.entries(trace)) {
    if (before === "" && SILENT.test(name)) continue;
    if (value !== null && typeof value === "object" && !Array.isArray(value)) yield* names(value, `${before}${name}.`);
    else yield before + name;
  }
}

const all = (value, test) => (Array.isArray(value) ? value.every(test) : test(value));
const numbers = (values) => Array.isArray(values) && values.every((value) => value === null || typeof value === "number");

const sound = {
  scatter(trace, before) {
    const { mode, fill, marker, text } = trace;
    if (typeof mode !== "string" || !numbers(trace.x) || !numbers(trace.y)) return false;
    if (mode.includes("lines") && trace.line?.width !== 0 && !trace.line?.color) return false;
    if (mode.includes("markers") && !all(marker?.opacity, (opacity) => opacity === 0)) {
      if (!marker?.color || !all(marker.color, (colour) => typeof colour === "string")) return false;
      if (!all(marker.symbol ?? "circle", (name) => SYMBOLS.has(name))) return false;
      // Points of different sizes have an outline, and can be seen through, unless something else is said.
      if (Array.isArray(marker.size) && (marker.opacity === undefined || marker.line?.width === undefined)) return false;
      const open = all(marker.symbol ?? "circle", (name) => name.endsWith("-open")); // drawn in the colour of the point
      if (!open && !all(marker.line?.width ?? 0, (width) => width === 0) && !marker.line.color) return false;
    }
    if (mode.includes("text") && !all(text, (words) => lines(String(words ?? "")) !== null)) return false;
    if (fill === "tonexty" && !(before?.type === "scatter" && before.fill === undefined && whole(before) && whole(trace))) return false;
    return fill === undefined || ((fill === "toself" || fill === "tonexty") && Boolean(trace.fillcolor));
  },
  heatmap: ({ x, y, z, colorscale, zmin, zmax }) =>
    numbers(x) && numbers(y) && zmax > zmin && z.length > 0 && Array.isArray(colorscale) && colorscale.every(([, colour]) => /^#[0-9a-f]{6}$/i.test(colour)),
  bar({ x, y, width, marker, text, textposition }) {
    const plain = (marker?.line?.width ?? 0) === 0 && (text === undefined || textposition === "none");
    return plain && numbers(x) && numbers(y) && width !== undefined && all(marker?.color, (colour) => typeof colour === "string");
  },
};

const whole = ({ x, y }) => x.length > 0 && x.every((value, i) => value !== null && y[i] !== null);

// Where a trace is drawn: Plotly's name for its plot.
export const plotOf = ({ xaxis = "x", yaxis = "y", zorder = 0 }) => xaxis + yaxis + (zorder ? `z${zorder + 1}` : "");

// An axis whose range is not said has the one that Plotly finds for its marks.
const ranged = ({ xaxis = "x", yaxis = "y" }, layout) =>
  [xaxis.replace("x", "xaxis"), yaxis.replace("y", "yaxis")].every((name) => Array.isArray(layout[name]?.range));

// Whether all that the figure shows is known here.
export function known({ data, layout }) {
  const several = data.filter(({ type }) => type === "bar").map(plotOf);
  if (new Set(several).size < several.length && !["overlay", "relative"].includes(layout.barmode)) return false;
  return data.every((trace, i) => {
    if (!(trace.type in KNOWN) || (trace.zorder ?? 0) < 0 || !ranged(trace, layout)) return false;
    for (const name of names(trace)) if (!KNOWN[trace.type].test(name)) return false;
    return sound[trace.type](trace, before(data, i));
  });
}

const before = (data, i) => data.slice(0, i).findLast((trace) => trace.type === "scatter" && plotOf(trace) === plotOf(data[i]));
const after = (data, i) => data.slice(i + 1).find((trace) => trace.type === "scatter" && plotOf(trace) === plotOf(data[i]));

const LAYERS = ["heatmap", "bar", "scatter"]; // from the bottom up

// The marks of a figure that is known: {plot: nodes}. `place(trace)` gives a trace's place (see marks.js).
export function marks({ data, layout }, place) {
  const plots = {};
  const stacks = {};
  const stack = (name) => layout.barmode === "relative" && (stacks[name] ??= { up: new Map(), down: new Map() });
  const draw = {
    heatmap: (trace, at) => [{ tag: "image", clip: true, cells: cells(trace, at), ...(trace.opacity < 1 && { opacity: trace.opacity }) }],
    bar: (trace, at) => bars(trace, at, { whole: layout.bargap === 0, stack: stack(plotOf(trace)) || undefined }),
    scatter: (trace, at, i) => scatter(trace, at, after(data, i)),
  };
  for (const layer of LAYERS) {
    data.forEach((trace, i) => {
      if (trace.type === layer) (plots[plotOf(trace)] ??= []).push(...draw[layer](trace, place(trace), i));
    });
  }
  return plots;
}

// Lines and boxes across the plot, such as that of the selected step: Plotly makes them with the frame, here they move.
const movable = ({ type }) => type === "line" || type === "rect";

// Their paths, by their numbers. `across` and `down` give px from a value and what it refers to: an axis, or the paper.
export function shapes({ layout }, across, down) {
  return (layout.shapes ?? []).map((shape) => {
    if (!movable(shape)) return null;
    const { xref = "x", yref = "y", x0, x1, y0, y1 } = shape;
    const [left, right, top, bottom] = [across(xref, x0), across(xref, x1), down(yref, y0), down(yref, y1)];
    return shape.type === "line" ? `M${left},${top}L${right},${bottom}` : `M${left},${top}H${right}V${bottom}H${left}Z`;
  });
}

// What the frame depends on, but for what moves in it: those, and where values stand on an axis that is not drawn.
export function outline(figure) {
  const { data, layout } = frame(figure);
  const still = { ...layout, shapes: layout.shapes?.map((shape) => (movable(shape) ? { ...shape, x0: 0, x1: 0, y0: 0, y1: 0 } : shape)) };
  const moves = (layout.shapes ?? []).every(movable) && !layout.annotations?.length;
  for (const [name, axis] of Object.entries(layout)) {
    if (moves && /^[xy]axis/.test(name) && axis.visible === false) still[name] = { ...axis, range: null };
  }
  return [data, still];
}

// The figure without its marks: what Plotly needs in order to draw the frame. An empty trace holds every plot's place.
export function frame({ data, layout }) {
  const held = new Map();
  for (const trace of data) {
    const { xaxis, yaxis, zorder, cliponaxis } = trace;
    const clipped = held.get(plotOf(trace))?.cliponaxis ?? cliponaxis;
    held.set(plotOf(trace), { type: "scatter", mode: "markers", x: [null], y: [null], hoverinfo: "skip", xaxis, yaxis, zorder, cliponaxis: clipped });
  }
  const scales = data
    .filter((trace) => trace.type === "heatmap" && trace.showscale !== false)
    .map((trace) => ({ ...trace, x: trace.x.slice(0, 2), y: trace.y.slice(0, 2), z: [[trace.zmin]], customdata: undefined }));
  return { data: [...held.values(), ...scales], layout };
}
