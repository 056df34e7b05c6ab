// A figure's marks in px: where they are, in which order they lie, and what is left to Plotly.
import assert from "node:assert/strict";
import { test } from "node:test";
import { cells, colours, edges } from "../../explorer/stage/assets/cells.js";
import { bars, scatter } from "../../explorer/stage/assets/marks.js";
import { scale } from "../../explorer/stage/assets/scales.js";
import { thinned } from "../../explorer/stage/assets/thinned.js";

// A plot of 100 × 100 px for values from 0 to 10.
const x = scale({ type: "linear", range: [0, 10], length: 100, upwards: false });
const y = scale({ type: "linear", range: [0, 10], length: 100, upwards: true });
const place = { x, y, width: 100, height: 100, font: { family: "sans", size: 12, color: "#111111" } };

const line = (trace) => scatter({ mode: "lines", line: { color: "#ff0000" }, ...trace }, place);

test("an axis from left to right, one upwards, one turned round", () => {
  assert.deepEqual([0, 2.5, 10].map(x), [0, 25, 100]);
  assert.deepEqual([0, 2.5, 10].map(y), [100, 75, 0]);
  assert.deepEqual([10, 0].map(scale({ type: "linear", range: [10, 0], length: 100, upwards: true })), [100, 0]);
});

test("a logarithmic axis says its range in powers, and has no place for zero", () => {
  const log = scale({ type: "log", range: [-2, 2], length: 100, upwards: true });
  assert.deepEqual([0.01, 1, 100].map(log), [100, 50, 0]);
  assert.ok([0, -1, null].map(log).every(Number.isNaN));
});

test("a line is broken where a value is missing", () => {
  const nodes = line({ x: [0, 1, null, 2, 5], y: [0, 3, null, 2, 7] });
  assert.deepEqual(nodes.map(({ d }) => d), ["M0,100L10,70", "M20,80L50,30"]);
  assert.deepEqual(nodes.map(({ stroke }) => stroke), ["#ff0000", "#ff0000"]);
});

test("a single point is no line, and a line of no width is none", () => {
  assert.deepEqual(line({ x: [1], y: [1] }), []);
  assert.deepEqual(line({ x: [1, 4], y: [1, 9], line: { color: "#ff0000", width: 0 } }), []);
});

test("a fill closes every part of its outline, and lies under the line", () => {
  const [fill, outline] = line({ x: [0, 10, 10, null, 0, 5, 0], y: [0, 0, 10, null, 5, 8, 10], fill: "toself", fillcolor: "#00ff00" });
  assert.equal(fill.d, "M0,100L100,100L100,0ZM0,50L50,20L0,0Z");
  assert.equal(fill.fill, "#00ff00");
  assert.equal(outline.fill, "none");
});

test("dashes are as long as the line is wide, and three px at least", () => {
  const dashed = (dash, width) => line({ x: [0, 9], y: [0, 9], line: { color: "#ff0000", dash, width } })[0]["stroke-dasharray"];
  assert.equal(dashed("dot", 1), "3,3");
  assert.equal(dashed("dash", 4), "12,12");
  assert.equal(dashed("2px,5px", 9), "2,5");
  assert.equal(dashed("solid", 9), undefined);
});

test("a point that is clipped at the edge is drawn, one beyond it that is not clipped is not", () => {
  const nodes = (cliponaxis) =>
    scatter({ mode: "markers", x: [5, 11], y: [5, 5], cliponaxis, marker: { size: 6, color: "#0000ff", opacity: 1 } }, place);
  assert.equal(nodes(undefined).length, 2);
  assert.ok(nodes(undefined).every(({ clip }) => clip));
  assert.deepEqual(nodes(false).map(({ transform, clip }) => [transform, clip]), [["translate(50,50)", false]]);
});

test("words stand where they are told to, about their point", () => {
  const word = (textposition, mode = "text") =>
    scatter({ mode, x: [5], y: [5], text: ["a"], textposition, textfont: { size: 10 }, marker: { size: 16, color: "#0000ff" } }, place).at(-1);
  assert.deepEqual([word("middle center").x, word("middle center").y, word("middle center")["text-anchor"]], [50, 52.5, "middle"]);
  assert.equal(word("middle left")["text-anchor"], "end");
  assert.ok(word("top center").y < word("middle center").y && word("middle center").y < word("bottom center").y);
  assert.equal(word("middle right", "markers+text").x, 61, "beside the point, not on it");
  assert.equal(word("middle center").fill, "#111111", "in the figure's own colour unless it has one");
});

test("bars stand on zero, and on a logarithmic axis on nothing", () => {
  const [bar] = bars({ x: [5], y: [4], width: 2, marker: { color: "#ff0000" } }, place);
  assert.equal(bar.d, "M40,100V60H60V100Z");
  const log = { ...place, y: scale({ type: "log", range: [0, 2], length: 100, upwards: true }) };
  const [, bottom, top] = bars({ x: [5], y: [10], width: 2, marker: { color: "#ff0000" } }, log)[0].d.match(/,(\d+)V(\d+)/);
  assert.ok(Number(bottom) > 100, "it comes from below the plot");
  assert.equal(top, "50");
});

test("bars on each other: those that go down below zero, the others above", () => {
  const stack = { up: new Map(), down: new Map() };
  const on = (height) => bars({ x: [5], y: [height], width: 2, marker: { color: "#ff0000" } }, place, { stack })[0].d;
  assert.deepEqual([on(3), on(-2), on(4), on(-1)], [
    "M40,100V70H60V100Z",
    "M40,100V120H60V100Z",
    "M40,70V30H60V70Z",
    "M40,120V130H60V120Z",
  ]);
});

test("a bar too thin to be seen is a pixel thick", () => {
  const [thin] = bars({ x: [5], y: [0.004], width: 2, marker: { color: "#ff0000" } }, place);
  assert.equal(thin.d, "M40,100V99H60V100Z");
});

test("what lies along a straight line is left out of it, and only that", () => {
  const plot = { width: 100, height: 100 };
  assert.deepEqual(thinned([[0, 0], [10, 0.1], [20, 0], [30, 0]], plot, 1), [[0, 0], [30, 0]]);
  const corner = [[0, 0], [10, 0], [20, 0], [20, 10], [20, 20]];
  assert.deepEqual(thinned(corner, plot, 1), [[0, 0], [20, 0], [20, 10], [20, 20]]);
  const back = [[0, 0], [10, 0], [30, 0], [20, 0]];
  assert.deepEqual(thinned(back, plot, 1), [[0, 0], [30, 0], [20, 0]], "how far it went stays");
});

test("cells by their middles have their edges half way", () => {
  assert.deepEqual(edges([1, 2, 4], 3), [0.5, 1.5, 3, 5]);
  assert.deepEqual(edges([1], 1), [0.5, 1.5]);
  assert.deepEqual(edges([0, 3, 7], 2), [0, 3, 7]);
});

test("a colour lies between its stops, and stays at the ends beyond them", () => {
  const colour = colours({ colorscale: [[0, "#000000"], [0.5, "#ff0000"], [1, "#ffffff"]], zmin: -1, zmax: 1 });
  const bytes = (value) => [...new Uint8ClampedArray(new Uint32Array([colour(value)]).buffer)];
  assert.deepEqual(bytes(-1), [0, 0, 0, 255]);
  assert.deepEqual(bytes(-0.5), [128, 0, 0, 255]);
  assert.deepEqual(bytes(0.5), [255, 128, 128, 255]);
  assert.deepEqual([bytes(-9), bytes(9)], [bytes(-1), bytes(1)]);
});

const shades = { colorscale: [[0, "#000000"], [1, "#ffffff"]], zmin: 0, zmax: 1 };

test("cells all alike are a pixel each, the first row at the bottom", () => {
  const map = cells({ x: [0, 1, 2], y: [0, 1, 2], z: [[0, 1], [1, null]], ...shades }, place);
  assert.deepEqual([map.columns, map.rows, map.alike], [2, 2, true]);
  assert.deepEqual([map.x, map.y, map.width, map.height], [0, 80, 20, 20]);
  const alpha = [...map.pixels].filter((_, i) => i % 4 === 3);
  const red = [...map.pixels].filter((_, i) => i % 4 === 0);
  assert.deepEqual(alpha, [255, 0, 255, 255], "where there is no value one sees through");
  assert.deepEqual(red, [255, 0, 0, 255]);
});

test("cells with gaps between them are as many pixels as they take", () => {
  const map = cells({ x: [0, 1, 2], y: [0, 1], z: [[1, 1]], xgap: 4, ygap: 2, ...shades }, place);
  assert.deepEqual([map.columns, map.rows, map.alike], [20, 10, false]);
  const solid = [...map.pixels].filter((value, i) => i % 4 === 3 && value === 255).length;
  assert.equal(solid, 2 * 6 * 8);
});
