// The link is the view.
import assert from "node:assert/strict";
import { test } from "node:test";
import { rewritten } from "../../explorer/stage/assets/address.js";

test("an address that says it already is left alone", () => {
  assert.equal(rewritten("gain=0.81", "?gain=0.81"), null);
  assert.equal(rewritten("", ""), null);
  assert.equal(rewritten("text=a+rose", "?text=a%20rose"), null, "however it is written");
});

test("another view is written", () => {
  assert.equal(rewritten("gain=0.81", ""), "?gain=0.81");
  assert.equal(rewritten("gain=0.81&length=9", "?gain=2"), "?gain=0.81&length=9");
});

test("the view as it opens has no query", () => {
  assert.equal(rewritten("", "?gain=2"), "");
});

test("what the app is embedded by stays", () => {
  assert.equal(rewritten("gain=1", "?embed=true&embed_options=dark_theme&gain=2"), "?gain=1&embed=true&embed_options=dark_theme");
  assert.equal(rewritten("gain=1", "?gain=1&embed=true"), null);
});
