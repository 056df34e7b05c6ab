// Words with a few tags, as nested spans.
import assert from "node:assert/strict";
import { test } from "node:test";
import { lines } from "../../explorer/stage/assets/markup.js";

test("plain words are themselves", () => {
  assert.deepEqual(lines("step 3"), [["step 3"]]);
});

test("what was escaped is read again", () => {
  assert.deepEqual(lines("a &lt;b&gt; &amp;amp; c"), [["a <b> &amp; c"]]);
});

test("styles nest", () => {
  assert.deepEqual(lines('x <b>y <i>z</i></b><span style="color:#ff0000">■</span>'), [
    [
      "x ",
      { style: "font-weight:bold", parts: ["y ", { style: "font-style:italic", parts: ["z"] }] },
      { style: "fill:#ff0000", parts: ["■"] },
    ],
  ]);
});

test("what is lowered comes back to the line", () => {
  const [[word, mark, low, back, end]] = lines("h<sub>t</sub>!");
  assert.deepEqual([word, mark, end], ["h", "\u200b", "!"]);
  assert.deepEqual([low.dy, low.parts, back.dy], ["0.3em", ["t"], "-0.21em"]);
});

test("lines", () => {
  assert.deepEqual(lines("a<br>b"), [["a"], ["b"]]);
});

test("what is not known is left to Plotly", () => {
  for (const text of ['<a href="x">y</a>', "<u>y</u>", "<b>open", "closed</b>", "<b><i>x</b></i>", '<span style="font-size:9px">x</span>', "&alpha;", "&#945;"]) {
    assert.equal(lines(text), null, text);
  }
});
