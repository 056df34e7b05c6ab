// What the stage can draw is what the schema says that a page may send: the file that Python's tests read too.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Address } from "../../explorer/stage/assets/address.js";
import * as card from "../../explorer/stage/assets/card.js";
import * as controls from "../../explorer/stage/assets/controls.js";
import { Wire } from "../../explorer/stage/assets/wire.js";

const schema = JSON.parse(readFileSync(new URL("../../explorer/stage/schema.json", import.meta.url), "utf8")).$defs;

// The kinds that one of several shapes may have.
const kinds = ({ oneOf }) => oneOf.flatMap(({ properties: { kind } }) => kind.enum ?? [kind.const]).sort();

test("every kind of control can be drawn, and no other", () => {
  assert.deepEqual(Object.keys(controls.make).sort(), kinds(schema.control));
});

test("every kind of block can be drawn and drawn anew, and no other", () => {
  assert.deepEqual(Object.keys(card.make).sort(), kinds(schema.block));
  assert.deepEqual(Object.keys(card.update).sort(), kinds(schema.block));
});

test("an event is as the schema says", () => {
  const sent = [];
  const address = new Address({ read: () => ({ pathname: "/gates", search: "?gain=1" }), write() {} });
  const wire = new Wire({ send: (event) => sent.push(event), about: () => ({ held: { hero: 7 }, ...address.about() }), now: () => 0 });
  wire.change({ gain: 1.2 }, true);
  const { required, properties } = schema.event;
  for (const name of required) assert.ok(name in sent[0], name);
  for (const name of Object.keys(sent[0])) assert.ok(name in properties, name);
});
