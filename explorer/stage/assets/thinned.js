// A line without the points that nobody could see, as Plotly leaves them out too. No DOM in here.
//
// A stretch of points that keeps to one straight line, within a tolerance in px, is drawn by its first point, by how far
// it reaches back and forth along that line, in the order in which it gets there, and by its last point.

const CLOSE = 0.2; // of the tolerance: two points so near to each other are one
const BEYOND = 10; // by how much the tolerance grows with each plot's width or height beyond the plot's edge

function tolerance([x, y], { width, height }, base) {
  const outside = Math.max(0, -x / width, x / width - 1, -y / height, y / height - 1);
  return base * (1 + BEYOND * outside);
}

// `run`: points in px without gaps; `line`: the width of the line that goes through them.
export function thinned(run, plot, line) {
  const base = Math.max(line || 1, 3) / 4;
  const kept = [run[0]];
  for (let i = 1; i < run.length; i += 1) {
    const start = kept.at(-1);
    const [dx, dy] = [run[i][0] - start[0], run[i][1] - start[1]];
    const length = Math.hypot(dx, dy);
    if (length < CLOSE * tolerance(run[i], plot, base)) continue;
    const stretch = { back: start, least: 0, forth: run[i], most: length, forthFirst: false, left: 0, right: 0, last: run[i] };
    for (i += 1; i < run.length && follows(stretch, run[i], start, [dx / length, dy / length], tolerance(run[i], plot, base)); i += 1);
    const { back, forth, forthFirst, last } = stretch;
    const turns = forthFirst ? [forth, back] : [back, forth];
    kept.push(...turns.filter((point, nth) => point !== start && (point !== last || (nth === 0 && forthFirst))), last);
    if (i < run.length) kept.push(run[i]);
  }
  return kept;
}

// Takes a point into the stretch, if it lies along it.
function follows(stretch, point, start, [ux, uy], tolerated) {
  const [px, py] = [point[0] - start[0], point[1] - start[1]];
  const beside = px * uy - py * ux;
  stretch.left = Math.min(stretch.left, beside);
  stretch.right = Math.max(stretch.right, beside);
  if (stretch.right - stretch.left > tolerated) return false;
  const along = px * ux + py * uy;
  if (along > stretch.most) Object.assign(stretch, { forth: point, most: along, forthFirst: false });
  else if (along < stretch.least) Object.assign(stretch, { back: point, least: along, forthFirst: true });
  stretch.last = point;
  return true;
}
