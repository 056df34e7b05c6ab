// A figure as frame and marks: what is known here, what Plotly keeps, and when the frame must be drawn anew.
import assert from "node:assert/strict";
import { test } from "node:test";
import { frame, known, marks, outline, plotOf, shapes } from "../../explorer/stage/assets/sketch.js";

const layout = (more = {}) => ({ xaxis: { range: [0, 10] }, yaxis: { range: [0, 10] }, ...more });
const line = (more = {}) => ({ type: "scatter", mode: "lines", x: [1, 2], y: [3, 4], line: { color: "#ff0000" }, ...more });
const map = (more = {}) => ({ type: "heatmap", x: [0, 1], y: [0, 1], z: [[0.5]], colorscale: [[0, "#000000"], [1, "#ffffff"]], zmin: 0, zmax: 1, ...more });
const bar = (more = {}) => ({ type: "bar", x: [1], y: [2], width: 0.5, marker: { color: "#ff0000" }, ...more });

test("lines, points, words, maps and bars are known", () => {
  const data = [
    line({ hovertemplate: "%{y}", meta: { click: { x: "step" } }, customdata: [[1], [2]] }),
    { type: "scatter", mode: "markers", x: [1], y: [1], marker: { color: ["#00ff00"], size: 5, symbol: "square" } },
    { type: "scatter", mode: "text", x: [1], y: [1], text: ["<i>h</i>"], cliponaxis: false },
    map({ xgap: 2, showscale: false }),
    bar(),
  ];
  assert.equal(known({ data, layout: layout() }), true);
});

test("whatever else a trace says, Plotly draws it", () => {
  const beyond = [
    line({ line: { color: "#ff0000", shape: "hvh" } }),
    line({ error_y: { array: [1, 1] } }),
    line({ opacity: 0.5 }),
    line({ x: ["a", "b"] }),
    line({ fill: "tozeroy", fillcolor: "#ff0000" }),
    line({ mode: "markers", marker: { color: [0.1, 0.2], colorscale: "Viridis" } }),
    line({ mode: "markers", marker: { color: "#ff0000", symbol: "hexagon" } }),
    line({ mode: "text", text: ["<a href='x'>y</a>"] }),
    map({ colorscale: "Viridis" }),
    map({ zsmooth: "best" }),
    map({ texttemplate: "%{z}" }),
    bar({ width: undefined }),
    bar({ text: ["two"] }),
    { type: "violin", x: [1], y: [1] },
  ];
  for (const trace of beyond) assert.equal(known({ data: [trace], layout: layout() }), false, JSON.stringify(trace));
});

test("an axis that finds its own range is Plotly's", () => {
  assert.equal(known({ data: [line()], layout: { xaxis: { range: [0, 10] }, yaxis: {} } }), false);
  assert.equal(known({ data: [line({ yaxis: "y2" })], layout: layout({ yaxis2: { range: [0, 1] } }) }), true);
});

test("bars beside each other are Plotly's, on each other they are known", () => {
  const data = [bar(), bar()];
  assert.equal(known({ data, layout: layout() }), false);
  assert.equal(known({ data, layout: layout({ barmode: "relative" }) }), true);
});

test("maps lie under bars, bars under lines, each in the order of the figure", () => {
  const place = () => ({ x: (v) => v, y: (v) => v, width: 10, height: 10, font: {} });
  const { xy } = marks({ data: [line(), bar(), map(), line({ line: { color: "#0000ff" } })], layout: layout() }, place);
  assert.deepEqual(xy.map(({ tag, fill, stroke }) => (tag === "image" ? "map" : (stroke ?? fill))), ["map", "#ff0000", "#ff0000", "#0000ff"]);
});

test("a map that one sees through is one", () => {
  const place = () => ({ x: (v) => v, y: (v) => v, width: 10, height: 10, font: {} });
  const data = [map(), map({ opacity: 0.4 })];
  assert.equal(known({ data, layout: layout() }), true);
  assert.deepEqual(marks({ data, layout: layout() }, place).xy.map(({ opacity }) => opacity), [undefined, 0.4]);
});

test("what is on another axis, or lifted above the rest, is in a plot of its own", () => {
  assert.deepEqual([line(), line({ yaxis: "y3" }), line({ zorder: 1 })].map(plotOf), ["xy", "xy3", "xyz2"]);
});

test("the frame has every plot's place and every scale of colours, and no marks", () => {
  const data = [line({ cliponaxis: false }), map({ xaxis: "x2" }), line({ zorder: 1 }), map({ showscale: false })];
  const bare = frame({ data, layout: layout() });
  assert.deepEqual(new Set(bare.data.map(plotOf)), new Set(["xy", "x2y", "xyz2"]));
  assert.equal(bare.data.filter(({ type }) => type === "heatmap").length, 1);
  assert.ok(bare.data.filter(({ type }) => type === "scatter").every(({ x }) => x.length === 1 && x[0] === null));
  assert.equal(bare.data.find((trace) => plotOf(trace) === "xy").cliponaxis, false);
});

test("while only marks move, the frame stays", () => {
  const same = (a, b) => JSON.stringify(outline(a)) === JSON.stringify(outline(b));
  const at = (more, data = [line()]) => ({ data, layout: layout(more) });
  assert.ok(same(at({}), at({}, [line({ y: [9, 9] }), line()])));
  assert.ok(!same(at({}), at({ yaxis: { range: [0, 11] } })), "an axis that is seen");
  assert.ok(!same(at({}), at({}, [line(), map()])), "a scale of colours that was not there");
  assert.ok(!same(at({}, [map()]), at({}, [map({ zmax: 2 })])), "one of other numbers");
  assert.ok(!same(at({}), at({}, [line({ yaxis: "y2" })])), "a plot that was not there");
  const hidden = (high) => ({ xaxis: { visible: false, range: [0, high] } });
  assert.ok(same(at(hidden(3)), at(hidden(4))), "an axis that is not seen");
  const noted = (high) => ({ ...hidden(high), annotations: [{ x: 1, text: "here" }] });
  assert.ok(!same(at(noted(3)), at(noted(4))), "unless a note stands on it");
  const step = (x) => ({ shapes: [{ type: "line", x0: x, x1: x, yref: "paper", y0: 0, y1: 1, line: { width: 1 } }] });
  assert.ok(same(at(step(3)), at(step(4))), "the line of the selected step");
  assert.ok(!same(at(step(3)), at({ shapes: [] })));
});

test("lines and boxes across the plot follow, other shapes stay Plotly's", () => {
  const across = (ref, value) => (ref === "paper" ? 1000 * value : 10 * value);
  const down = (ref, value) => (ref === "paper" ? 500 * value : 100 - value);
  const drawn = shapes(
    {
      layout: {
        shapes: [
          { type: "line", x0: 3, x1: 3, yref: "paper", y0: 0, y1: 1 },
          { type: "rect", x0: 1, x1: 2, y0: 10, y1: 20 },
          { type: "circle", x0: 1, x1: 2, y0: 10, y1: 20 },
        ],
      },
    },
    across,
    down,
  );
  assert.deepEqual(drawn, ["M30,0L30,500", "M10,90H20V80H10Z", null]);
});
