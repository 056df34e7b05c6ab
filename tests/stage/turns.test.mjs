// Whose turn it is to be painted: the others within what is left, in turn, and none for longer than 200 ms behind.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Turns } from "../../explorer/stage/assets/turns.js";

// A hand that drags: an answer every `period` ms, the hero and the others taking so many ms each.
function dragged(costs, { hero, period, answers }) {
  const clock = { now: 10_000 };
  const turns = new Turns({ now: () => clock.now });
  const painted = Object.fromEntries(Object.keys(costs).map((id) => [id, []]));
  const heroes = [];
  for (let answer = 0; answer < answers; answer += 1) {
    turns.begin(clock.now);
    const start = clock.now;
    clock.now += hero;
    heroes.push(clock.now);
    const waiting = new Set(Object.keys(costs));
    for (let id = turns.next([...waiting]); id !== null; id = turns.next([...waiting])) {
      const since = clock.now;
      clock.now += costs[id];
      turns.done(id, since);
      painted[id].push(clock.now);
      waiting.delete(id);
    }
    clock.now = Math.max(clock.now, start + period);
  }
  return { painted, heroes, seconds: (clock.now - 10_000) / 1000 };
}

const gaps = (times) => times.slice(1).map((time, i) => time - times[i]);

test("what fits into 33 ms is painted at every answer", () => {
  const { painted } = dragged({ a: 8, b: 8, c: 4 }, { hero: 5, period: 40, answers: 50 });
  for (const times of Object.values(painted)) assert.ok(times.length >= 48, "once it is known how long each takes");
});

test("what does not fit takes turns, and the hero goes on", () => {
  const { painted, heroes, seconds } = dragged({ a: 12, b: 12, c: 12, d: 12 }, { hero: 6, period: 33, answers: 100 });
  assert.ok(heroes.length / seconds > 25);
  const counts = Object.values(painted).map((times) => times.length);
  assert.ok(Math.max(...counts) - Math.min(...counts) <= 2, `in turn: ${counts}`);
  assert.ok(Math.min(...counts) / seconds >= 5);
});

test("a figure larger than the budget is painted five times a second all the same", () => {
  const { painted, heroes, seconds } = dragged({ large: 60, small: 3 }, { hero: 6, period: 33, answers: 150 });
  assert.ok(Math.max(...gaps(painted.large).slice(5)) <= 200);
  assert.ok(painted.large.length / seconds < 8, "and not much more often");
  assert.ok(heroes.length / seconds > 20);
});

test("several that are due are painted one at a time, an answer each", () => {
  const { painted, heroes } = dragged({ a: 60, b: 60, c: 60 }, { hero: 6, period: 33, answers: 200 });
  assert.ok(Math.max(...gaps(heroes)) < 110, "never two of them between two pictures of the hero");
  for (const times of Object.values(painted)) assert.ok(Math.max(...gaps(times).slice(5)) < 280);
});

test("a small one goes ahead of a large one that is not due, not of one that is", () => {
  const clock = { now: 1000 };
  const turns = new Turns({ now: () => clock.now });
  const paint = (id, took) => {
    const since = clock.now;
    clock.now += took;
    turns.done(id, since);
  };
  turns.begin();
  paint("large", 50);
  paint("small", 2);
  clock.now = 1100;
  turns.begin();
  assert.equal(turns.next(["large", "small"]), "small");
  clock.now = 1245;
  turns.begin();
  assert.equal(turns.next(["large", "small"]), "large");
});

test("nobody waits, nobody is painted", () => {
  const turns = new Turns({ now: () => 0 });
  turns.begin();
  assert.equal(turns.next([]), null);
});

test("while a hand moves, each answer brings one of the others, in turn", () => {
  const clock = { now: 1000 };
  const turns = new Turns({ now: () => clock.now });
  const asked = [];
  for (let answer = 0; answer < 6; answer += 1) {
    turns.begin();
    clock.now += 33;
    asked.push(turns.ask(["a", "b", "c"]));
  }
  assert.deepEqual(asked.flat(), ["a", "b", "c", "a", "b", "c"]);
});

test("where answers are slow, they bring as many as it takes for five pictures of each a second", () => {
  const clock = { now: 1000 };
  const turns = new Turns({ now: () => clock.now });
  const counts = { a: 0, b: 0, c: 0, d: 0 };
  const start = clock.now;
  for (let answer = 0; answer < 40; answer += 1) {
    turns.begin();
    clock.now += 100;
    for (const id of turns.ask(Object.keys(counts))) counts[id] += 1;
  }
  for (const count of Object.values(counts)) assert.ok(count / ((clock.now - start) / 1000) >= 4.5, `${count}`);
  assert.ok(Object.values(counts).every((count) => count < 40), "but not all of them each time");
});

test("the first move of a hand brings all, and so does one after a pause", () => {
  const clock = { now: 1000 };
  const turns = new Turns({ now: () => clock.now });
  assert.equal(turns.ask(["a", "b"]), null);
  turns.begin();
  clock.now += 650; // as the player steps
  assert.equal(turns.ask(["a", "b"]), null);
});
