// The wire: what a person did, as messages to the server. No DOM in here.
//
// One message is in flight at a time; what changes meanwhile is gathered into the next one, so nothing queues: however
// fast the hand, the server computes only what can still be seen. A message says
//
//     number    counts up; the answer that carries it, or a later one, settles the message
//     changes   the settings that were changed, and what to do besides ({reset}, {prove})
//     settled   whether the hand has let go: the address is to say the settings then
//
// and what `about(moving)` adds when it leaves: the figures that are here, those that are wanted while a hand moves, the
// address that the browser shows.

const QUIET = 150; // ms after its last move that a hand which has not settled is held to rest
const PATIENCE = 5000; // ms until a message that nobody has answered is said once more

export class Wire {
  constructor({ send, about = () => ({}), now = () => performance.now() }) {
    this.send = send;
    this.about = about;
    this.now = now;
    this.number = 0; // of the last message sent
    this.since = null; // when it was sent, until it is answered
    this.flying = { changes: {}, settled: false }; // what it says
    this.pending = null; // what has changed since
    this.moved = -Infinity; // when a hand moved last that has not settled yet
  }

  // Goes on where another wire stopped.
  follow({ number, since, flying, pending, moved }) {
    Object.assign(this, { number, since, flying, pending, moved });
  }

  get waiting() {
    return this.since !== null;
  }

  get idle() {
    return this.since === null && this.pending === null;
  }

  // What a person has changed and the server has not answered yet: it must not jump back.
  get held() {
    return { ...this.flying.changes, ...this.pending?.changes };
  }

  get moving() {
    return this.now() - this.moved < QUIET;
  }

  // Whether no answer is on its way, and none will be asked for in the next moment.
  get resting() {
    return this.idle && !this.moving;
  }

  // A hand has changed something; `settled` when it has let go.
  change(changes, settled) {
    this.moved = settled ? -Infinity : this.now();
    this.gather(changes, settled);
  }

  // Something is asked for that no hand has changed: one that is down stays down, and what it has settled stays so.
  ask(changes = {}) {
    this.gather(changes, (this.pending ?? this.flying).settled);
  }

  gather(changes, settled) {
    this.pending = { changes: { ...this.pending?.changes, ...changes }, settled };
    this.flush();
  }

  // Sends what there is to say, if nothing is in flight. To be called now and then, so that what got lost is said again.
  flush() {
    const lost = this.waiting && this.now() - this.since > PATIENCE;
    if (lost) this.pending = { ...this.flying, ...this.pending, changes: this.held };
    if (this.pending === null || (this.waiting && !lost)) return;
    this.number += 1;
    this.since = this.now();
    this.flying = this.pending;
    this.pending = null;
    this.send({ number: this.number, ...this.about(this.moving), ...this.flying });
  }

  // The server has answered up to the message of that number. A server that remembers an earlier stage counts higher
  // than this one has: its count is taken over.
  answered(number) {
    if (number < this.number) return; // late, or to an earlier message: the last one is still in flight
    this.number = number;
    this.since = null;
    this.flying = { changes: {}, settled: false };
  }
}
