// A heat map as coloured cells in px. No DOM in here.

// Where one cell ends and the next begins, of `count` cells given by their edges or by their middles.
export function edges(values, count) {
  if (values.length > count) return values;
  if (count === 1) return [values[0] - 0.5, values[0] + 0.5];
  const inner = values.slice(1).map((value, i) => (value + values[i]) / 2);
  return [2 * values[0] - inner[0], ...inner, 2 * values[count - 1] - inner[count - 2]];
}

function even(values) {
  const [first, last] = [values[0], values.at(-1)];
  const step = (last - first) / (values.length - 1);
  return values.every((value, i) => i === 0 || Math.abs(value - values[i - 1] - step) <= Math.abs(step) / 100);
}

const channels = (colour) => [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
const OPAQUE = 0xff000000;

// From a value to its colour, as a pixel's number: between the stops of the scale, and at its ends beyond them.
export function colours({ colorscale, zmin, zmax }) {
  const stops = colorscale.map(([part, colour]) => ({ at: zmin + part * (zmax - zmin), rgb: channels(colour) }));
  return (value) => {
    const next = stops.findIndex(({ at }) => value < at);
    const [from, to] = next === 0 ? [stops[0], stops[0]] : next < 0 ? [stops.at(-1), stops.at(-1)] : stops.slice(next - 1, next + 1);
    const part = to.at > from.at ? (value - from.at) / (to.at - from.at) : 0;
    const [red, green, blue] = from.rgb.map((low, i) => Math.round(low + part * (to.rgb[i] - low)));
    return (OPAQUE | (blue << 16) | (green << 8) | red) >>> 0;
  };
}

// An image in px, {x, y, width, height}, and its pixels, `columns` × `rows` of four bytes: one for a cell where all are
// alike and touch each other, else one for a pixel of the screen. Where there is no value one sees through.
export function cells(trace, place) {
  const [rows, columns] = [trace.z.length, trace.z[0].length];
  const [x, y] = [edges(trace.x, columns), edges(trace.y, rows)];
  const alike = !trace.xgap && !trace.ygap && even(x) && even(y);
  const [left, width, across] = ends(x.map(place.x), alike, place.width);
  const [top, height, down] = ends(y.map(place.y), alike, place.height);
  const image = alike ? { columns, rows } : { columns: width, rows: height };
  const [xgap, ygap] = [trace.xgap ?? 0, trace.ygap ?? 0];
  const pixels = new Uint32Array(image.columns * image.rows);
  const colour = colours(trace);
  trace.z.forEach((row, j) => {
    const first = Math.min(down[j], down[j + 1]) + Math.floor(ygap / 2);
    const last = first + Math.abs(down[j + 1] - down[j]) - ygap;
    row.forEach((value, i) => {
      if (value === null || value === undefined) return;
      const start = Math.min(across[i], across[i + 1]) + Math.floor(xgap / 2);
      const end = start + Math.abs(across[i + 1] - across[i]) - xgap;
      if (end <= start) return;
      const painted = colour(value);
      for (let line = first; line < last; line += 1) pixels.fill(painted, line * image.columns + start, line * image.columns + end);
    });
  });
  return { x: left, y: top, width, height, alike, ...image, pixels: new Uint8ClampedArray(pixels.buffer) };
}

// Along one direction: where the image begins, how long it is, and in which of its pixels each cell does. It goes at
// most half a plot beyond the plot's edge.
function ends(px, alike, length) {
  const [from, to] = [Math.min(px[0], px.at(-1)), Math.max(px[0], px.at(-1))];
  const [start, end] = alike ? [from, to] : [Math.max(from, -0.5 * length), Math.min(to, 1.5 * length)];
  const whole = Math.round(end - start);
  const among = (v, i) => (px[0] > px.at(-1) ? px.length - 1 - i : i);
  return [start, whole, px.map(alike ? among : (v) => Math.min(whole, Math.max(0, Math.round(v - start))))];
}
