// What a person did, on its way to the server: one message at a time, the rest gathered.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Wire } from "../../explorer/stage/assets/wire.js";

function wired() {
  const sent = [];
  const clock = { now: 0 };
  const here = {};
  const wire = new Wire({ send: (message) => sent.push(message), about: () => ({ ...here }), now: () => clock.now });
  return { wire, sent, clock, here };
}

test("the first change leaves at once", () => {
  const { wire, sent } = wired();
  wire.change({ gain: 1 }, false);
  assert.deepEqual(sent, [{ number: 1, changes: { gain: 1 }, settled: false }]);
});

test("what changes while a message is in flight is gathered into one more", () => {
  const { wire, sent } = wired();
  wire.change({ gain: 1 }, false);
  wire.change({ gain: 2 }, false);
  wire.change({ length: 5 }, false);
  wire.change({ gain: 3 }, true);
  assert.equal(sent.length, 1);
  wire.answered(1);
  wire.flush();
  assert.deepEqual(sent.slice(1), [{ number: 2, changes: { gain: 3, length: 5 }, settled: true }]);
  wire.answered(2);
  wire.flush();
  assert.equal(sent.length, 2);
});

test("a hand that moves on after it had settled has not settled", () => {
  const { wire, sent } = wired();
  wire.change({ gain: 1 }, false);
  wire.change({ gain: 2 }, true);
  wire.change({ gain: 3 }, false);
  wire.answered(1);
  wire.flush();
  assert.equal(sent[1].settled, false);
});

test("a message says what is here when it leaves, not when it was made", () => {
  const { wire, sent, here } = wired();
  here.held = { drawing: 1 };
  wire.change({ gain: 1 }, false);
  wire.change({ gain: 2 }, false);
  here.held = { drawing: 2 };
  wire.answered(1);
  wire.flush();
  assert.deepEqual(sent.map((message) => message.held), [{ drawing: 1 }, { drawing: 2 }]);
});

test("what the server has not answered is held, and only that", () => {
  const { wire } = wired();
  assert.deepEqual(wire.held, {});
  wire.change({ gain: 1 }, false);
  wire.change({ length: 5 }, false);
  wire.change({ gain: 2 }, false);
  assert.deepEqual(wire.held, { gain: 2, length: 5 });
  wire.answered(1);
  assert.deepEqual(wire.held, { gain: 2, length: 5 });
  wire.flush();
  assert.deepEqual(wire.held, { gain: 2, length: 5 });
  wire.answered(2);
  assert.deepEqual(wire.held, {});
});

test("a value in flight is held until it is answered, though others be gathered", () => {
  const { wire } = wired();
  wire.change({ gain: 1 }, false);
  wire.change({ length: 5 }, false);
  wire.answered(1);
  assert.deepEqual(wire.held, { length: 5 });
});

test("an answer to an earlier message frees nothing", () => {
  const { wire, sent } = wired();
  wire.change({ gain: 1 }, false);
  wire.answered(1);
  wire.change({ gain: 2 }, false);
  wire.answered(1); // the page is composed once more, for another reason
  wire.change({ gain: 3 }, false);
  assert.deepEqual(sent.map((message) => message.number), [1, 2]);
  assert.equal(wire.waiting, true);
  assert.deepEqual(wire.held, { gain: 3 });
});

test("a server that remembers an earlier stage is counted on from", () => {
  const { wire, sent } = wired();
  wire.answered(41);
  assert.equal(wire.idle, true);
  wire.change({ gain: 1 }, true);
  assert.equal(sent[0].number, 42);
});

test("idle is: nothing in flight and nothing to say", () => {
  const { wire } = wired();
  assert.equal(wire.idle, true);
  wire.change({ gain: 1 }, false);
  wire.change({ gain: 2 }, false);
  assert.equal(wire.idle, false);
  wire.answered(1);
  assert.deepEqual([wire.waiting, wire.idle], [false, false]);
  wire.flush();
  wire.answered(2);
  assert.equal(wire.idle, true);
});

test("a lost message is said once more, after a while", () => {
  const { wire, sent, clock } = wired();
  wire.change({ folded: true }, true);
  clock.now = 4900;
  wire.flush();
  assert.equal(sent.length, 1);
  clock.now = 5100;
  wire.flush();
  assert.deepEqual(sent[1], { number: 2, changes: { folded: true }, settled: true });
  clock.now = 6000;
  wire.flush();
  assert.equal(sent.length, 2, "it has just been said");
});

test("a lost message is said with what has changed since, the latest value of each", () => {
  const { wire, sent, clock } = wired();
  wire.change({ gain: 1, length: 5 }, false);
  wire.change({ gain: 2 }, false);
  clock.now = 5100;
  wire.flush();
  assert.deepEqual(sent[1], { number: 2, changes: { gain: 2, length: 5 }, settled: false });
  wire.answered(1); // the first was only late
  assert.equal(wire.waiting, true);
  wire.answered(2);
  assert.equal(wire.idle, true);
});

test("a lost message that had settled has settled when it is said again, though something was asked meanwhile", () => {
  const { wire, sent, clock } = wired();
  wire.change({ gain: 1 }, true);
  wire.ask(); // as after a step in the browser's history
  clock.now = 5100;
  wire.flush();
  assert.deepEqual(sent[1], { number: 2, changes: { gain: 1 }, settled: true });
  wire.answered(2);
  wire.ask();
  assert.equal(sent[2].settled, false, "what was answered is over");
});

test("an answered message is not said again", () => {
  const { wire, sent, clock } = wired();
  wire.change({ gain: 1 }, true);
  wire.answered(1);
  clock.now = 60_000;
  wire.flush();
  assert.equal(sent.length, 1);
});

test("a hand that has let go is at rest as soon as it is answered", () => {
  const { wire } = wired();
  wire.change({ gain: 1 }, false);
  wire.change({ gain: 2 }, true);
  assert.equal(wire.resting, false);
  wire.answered(1);
  wire.flush();
  wire.answered(2);
  assert.equal(wire.resting, true);
});

test("a hand that holds still is at rest after a moment", () => {
  const { wire, clock } = wired();
  clock.now = 1000;
  wire.change({ gain: 1 }, false);
  wire.answered(1);
  assert.equal(wire.resting, false);
  clock.now = 1140;
  assert.equal(wire.resting, false);
  clock.now = 1150;
  assert.equal(wire.resting, true);
});

test("who only asks does not move a hand", () => {
  const { wire, sent } = wired();
  wire.ask();
  wire.answered(1);
  assert.equal(wire.resting, true);
  wire.ask({ prove: true });
  assert.deepEqual(sent[1], { number: 2, changes: { prove: true }, settled: false });
});

test("who only asks does not unsettle what a hand has settled", () => {
  const { wire, sent } = wired();
  wire.change({ gain: 1 }, false);
  wire.change({ gain: 2 }, true);
  wire.ask(); // as after a step in the browser's history
  wire.answered(1);
  wire.flush();
  assert.deepEqual(sent[1], { number: 2, changes: { gain: 2 }, settled: true });
});

test("a hand that is still down has not settled, though a proof is asked for or its message was lost", () => {
  const { wire, sent, clock } = wired();
  wire.change({ gain: 1 }, false);
  wire.answered(1);
  clock.now = 500;
  wire.ask({ prove: true });
  wire.answered(2);
  wire.change({ gain: 2 }, false);
  clock.now = 6000;
  wire.flush();
  assert.deepEqual(sent.map(({ settled }) => settled), [false, false, false, false]);
  assert.deepEqual(sent[3].changes, { gain: 2 });
});

test("what is added to a message depends on whether a hand moves as it leaves", () => {
  const [said, clock] = [[], { now: 0 }];
  const wire = new Wire({ send() {}, about: (moving) => (said.push(moving), {}), now: () => clock.now });
  const answer = () => (wire.answered(wire.number), wire.flush());
  wire.change({ gain: 1 }, false);
  answer();
  wire.change({ gain: 2 }, true);
  answer();
  wire.ask();
  answer();
  wire.change({ gain: 3 }, false);
  wire.change({ gain: 4 }, false);
  clock.now = 400; // the hand has held still while it waited
  answer();
  assert.deepEqual(said, [true, false, false, true, false]);
});

test("a wire that follows another says what was left unsaid, and waits for what was said", () => {
  const [first, second] = [wired(), wired()];
  first.wire.change({ length: 10 }, false);
  first.wire.change({ length: 10 }, true);
  second.wire.follow(first.wire);
  second.wire.answered(0); // as the server stood when the stage was put up
  second.wire.flush();
  assert.deepEqual([second.sent, second.wire.held], [[], { length: 10 }]);
  second.wire.answered(1);
  second.wire.flush();
  assert.deepEqual(second.sent, [{ number: 2, changes: { length: 10 }, settled: true }]);
});
