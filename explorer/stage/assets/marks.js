// The marks of a trace as SVG nodes: lines, fills, points, words, bars. No DOM in here.
//
// A node is {tag, clip, lines, ...attributes}: `clip` where it ends at the plot's edge, `lines` the words of a text (see
// markup.js). A place is the plot of a trace: {x, y} from values to px, {width, height} and the {font} of its words.
import { lines as spelled } from "./markup.js";
import { rounded } from "./scales.js";
import { thinned } from "./thinned.js";

const each = (value, i) => (Array.isArray(value) ? value[i] : value);

// Points in px, in runs without gaps.
function runs({ x, y, line }, place) {
  const found = [[]];
  x.forEach((value, i) => {
    const point = [place.x(value), place.y(y[i])];
    if (point.every(Number.isFinite)) found.at(-1).push(point);
    else if (found.at(-1).length) found.push([]);
  });
  return found.filter((run) => run.length > 0).map((run) => thinned(run, place, line?.width ?? 2));
}

const path = (run) => `M${run.join("L")}`;

function dashes(dash, width) {
  const unit = Math.max(width, 3);
  const named = { solid: [], dot: [1, 1], dash: [3, 3], longdash: [5, 5], dashdot: [3, 1, 1, 1] }[dash ?? "solid"];
  return named ? named.map((part) => part * unit).join() : dash.replaceAll("px", "");
}

// What lies between a trace and the one before it.
function between(before, trace, place) {
  const [[there], [back]] = [runs(trace, place), runs(before, place)];
  if (!there || !back) return [];
  return [{ tag: "path", clip: true, d: `${path(there)}L${back.reverse().join("L")}Z`, fill: trace.fillcolor }];
}

function stroke(trace, place) {
  const line = trace.line ?? {};
  const width = line.width ?? 2;
  const long = runs(trace, place).filter((run) => run.length > 1);
  if (width === 0 || long.length === 0) return [];
  const dash = dashes(line.dash, width);
  const clip = trace.cliponaxis !== false;
  const look = { fill: "none", stroke: line.color, "stroke-width": width, ...(dash && { "stroke-dasharray": dash }) };
  return long.map((run) => ({ tag: "path", clip, d: path(run), ...look }));
}

// Half the size is the radius; a symbol's corners in radii.
const CORNERS = {
  square: [[1, 1], [-1, 1], [-1, -1], [1, -1]],
  diamond: [[1.3, 0], [0, 1.3], [-1.3, 0], [0, -1.3]],
  "triangle-up": [[-1.1547, 0.5], [1.1547, 0.5], [0, -1]],
  "triangle-down": [[-1.1547, -0.5], [1.1547, -0.5], [0, 1]],
  "triangle-left": [[0.5, -1.1547], [0.5, 1.1547], [-1, 0]],
  "triangle-right": [[-0.5, -1.1547], [-0.5, 1.1547], [1, 0]],
};

export const SYMBOLS = new Set(["circle", "circle-open", "line-ew-open", ...Object.keys(CORNERS)]);

function symbol(name, radius) {
  const corners = CORNERS[name];
  if (corners) return `${path(corners.map((corner) => corner.map((part) => rounded(part * radius))))}Z`;
  if (name === "line-ew-open") return `M${rounded(1.4 * radius)},0H-${rounded(1.4 * radius)}`;
  const r = rounded(radius);
  return `M${r},0A${r},${r} 0 1,1 0,-${r}A${r},${r} 0 0,1 ${r},0Z`;
}

// What reaches over the plot's edge is drawn whole, or where its place is beyond it, not at all.
const within = ([x, y], trace, { width, height }) =>
  trace.cliponaxis !== false || (x >= 0 && x <= width && y >= 0 && y <= height);

function points(trace, place) {
  const { marker } = trace;
  const nodes = [];
  trace.x.forEach((value, i) => {
    const at = [place.x(value), place.y(trace.y[i])];
    const opacity = each(marker.opacity, i) ?? 1;
    if (!at.every(Number.isFinite) || !within(at, trace, place) || opacity === 0) return;
    const name = each(marker.symbol, i) ?? "circle";
    const [colour, open] = [each(marker.color, i), name.endsWith("-open")];
    const width = each(marker.line?.width, i) ?? (open ? 1 : 0);
    const d = symbol(name, (each(marker.size, i) ?? 6) / 2);
    const look = {
      fill: open ? "none" : colour,
      ...(width > 0 && { stroke: open ? colour : each(marker.line.color, i), "stroke-width": width }),
      ...(opacity < 1 && { opacity }),
    };
    nodes.push({ tag: "path", clip: trace.cliponaxis !== false, d, transform: `translate(${at})`, ...look });
  });
  return nodes;
}

const SIDES = { left: ["end", -1], right: ["start", 1], center: ["middle", 0] };
const HEIGHTS = { top: -1, middle: 0, bottom: 1 };
export const LINE = 1.3; // em from one line to the next

function words(trace, place) {
  const font = { ...place.font, ...trace.textfont };
  const shown = trace.mode.includes("markers");
  const nodes = [];
  trace.x.forEach((value, i) => {
    const at = [place.x(value), place.y(trace.y[i])];
    const text = each(trace.text, i);
    if (!at.every(Number.isFinite) || !within(at, trace, place) || (!text && text !== 0)) return;
    const lines = spelled(String(text));
    const size = each(font.size, i);
    const [vertical, horizontal] = (each(trace.textposition, i) ?? "middle center").split(" ");
    const [anchor, side] = SIDES[horizontal];
    const beside = shown ? (each(trace.marker.size, i) ?? 6) / 2 / 0.8 + 1 : 0; // px from the middle of the point
    const tall = ((lines.length - 1) * LINE + 1) * size;
    const down = size * 0.75 + HEIGHTS[vertical] * beside + ((HEIGHTS[vertical] - 1) * tall) / 2;
    nodes.push({
      tag: "text",
      clip: trace.cliponaxis !== false,
      x: rounded(at[0] + side * beside),
      y: rounded(at[1] + down),
      "text-anchor": anchor,
      "font-family": each(font.family, i),
      "font-size": size,
      fill: each(font.color, i),
      lines,
    });
  });
  return nodes;
}

// `next`: the trace after this one, whose fill down to it lies under this one's line.
export function scatter(trace, place, next) {
  const fill = trace.fill === "toself" ? runs(trace, place).map(path).join("Z") : "";
  return [
    ...(fill ? [{ tag: "path", clip: true, d: `${fill}Z`, fill: trace.fillcolor }] : []),
    ...(next?.fill === "tonexty" ? between(trace, next, place) : []),
    ...(trace.mode.includes("lines") ? stroke(trace, place) : []),
    ...(trace.mode.includes("markers") ? points(trace, place) : []),
    ...(trace.mode.includes("text") ? words(trace, place) : []),
  ];
}

// Bars on the axis, or where that is logarithmic, from below it; on each other where there is a `stack`: how high those
// before reach, upwards and downwards, by place. A thin one is at least a pixel; with no gap between bars, all are whole.
export function bars(trace, place, { whole = false, stack } = {}) {
  const round = whole ? Math.round : (v) => v;
  const visible = (v, other) => (Math.abs(v - other) >= 2 ? round(v) : v > other ? Math.ceil(v) : Math.floor(v));
  const below = place.height + place.width;
  return trace.x.flatMap((value, i) => {
    const [half, high] = [each(trace.width, i) / 2, trace.y[i]];
    const side = stack?.[high < 0 ? "down" : "up"];
    const from = side?.get(value) ?? 0;
    side?.set(value, from + (high ?? 0));
    const [left, right] = [place.x(value - half), place.x(value + half)];
    const [ground, top] = [place.y(from), place.y(from + high)].map((v, end) => (end === 0 && Number.isNaN(v) ? below : v));
    if (high === null || ![left, right, top].every(Number.isFinite) || top === ground || left === right) return [];
    const [x0, y0] = [visible(left, right), visible(ground, top)];
    const [x1, y1] = [visible(right, x0), visible(top, y0)];
    const opacity = each(trace.marker.opacity, i) ?? 1;
    const look = { fill: each(trace.marker.color, i), ...(opacity < 1 && { opacity }) };
    return [{ tag: "path", clip: true, d: `M${x0},${y0}V${y1}H${x1}V${y0}Z`, ...look }];
  });
}
