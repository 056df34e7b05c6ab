// Figures held by their stamps: what the server need not send again, and what it left out in vain.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Figures } from "../../explorer/stage/assets/figures.js";

const spec = (id, stamp, figure = { data: [stamp], layout: {} }) => ({ id, stamp, figure });

test("what is here is said by its stamps", () => {
  const figures = new Figures();
  assert.deepEqual(figures.held(), {});
  figures.take([spec("drawing", 1), spec("norms", 2)]);
  assert.deepEqual(figures.held(), { drawing: 1, norms: 2 });
});

test("a figure that was left out is filled in", () => {
  const figures = new Figures();
  const [drawing] = figures.take([spec("drawing", 1)]);
  assert.equal(figures.lacks([spec("drawing", 1, null)]), false);
  const [again] = figures.take([{ ...spec("drawing", 1, null), note: "new words" }]);
  assert.equal(again.figure, drawing.figure);
  assert.equal(again.note, "new words");
});

test("a figure that has been replaced since is lacking", () => {
  const figures = new Figures();
  figures.take([spec("drawing", 1)]);
  figures.take([spec("drawing", 2)]);
  assert.equal(figures.lacks([spec("drawing", 1, null)]), true);
});

test("a figure that was never here is lacking, one that comes whole is not", () => {
  const figures = new Figures();
  assert.equal(figures.lacks([spec("drawing", 1, null)]), true);
  assert.equal(figures.lacks([spec("drawing", 1)]), false);
});

test("what a view does not show is forgotten", () => {
  const figures = new Figures();
  figures.take([spec("drawing", 1), spec("norms", 2)]);
  figures.take([spec("norms", 3)]);
  assert.deepEqual(figures.held(), { norms: 3 });
  assert.equal(figures.lacks([spec("drawing", 1, null)]), true);
});

test("a panel that comes late is kept as it was, but for its controls", () => {
  const figures = new Figures();
  figures.take([{ ...spec("drawing", 1), title: "then", controls: [1] }, spec("norms", 2)]);
  const late = { id: "drawing", late: true, controls: [2] };
  assert.equal(figures.lacks([late]), false);
  const [kept] = figures.take([late, spec("norms", 3)]);
  assert.deepEqual(kept, { ...spec("drawing", 1), title: "then", controls: [2], late: true });
  assert.deepEqual(figures.held(), { drawing: 1, norms: 3 });
  const [whole] = figures.take([{ ...spec("drawing", 1, null), controls: [] }, spec("norms", 3, null)]);
  assert.equal(whole.late, undefined, "it has come");
});

test("a panel that comes late and is not here is lacking", () => {
  assert.equal(new Figures().lacks([{ id: "drawing", late: true, controls: [] }]), true);
});
