// Whose turn it is while a hand moves: to be drawn by the server, and to be painted. No DOM in here.
//
// The first figure, the hero, is drawn for every answer and painted at every one. Of the others each answer brings one,
// or as many as it takes for none to stay behind longer than LONGEST. In what is left of BUDGET they are painted, who
// was painted longest ago first; one that would otherwise wait longer than LONGEST is painted whatever is left, but one
// such at a time, so that the hero goes on.

const BUDGET = 33; // ms of an answer for all figures together
const LONGEST = 200; // ms that a figure may stay behind
const PAUSE = 400; // ms after an answer, from which on the next move is a hand's first

export class Turns {
  constructor({ now = () => performance.now() } = {}) {
    this.now = now;
    this.painted = new Map(); // by figure: when, and how long it took
    this.asked = []; // figures, who was asked for longest ago first
    this.period = 0; // ms from one answer to the next
    this.start = 0;
    this.beyond = false; // whether one has been painted beyond the budget
  }

  // Of what is in sight beside the hero, the next answer is to bring these; null for all, whether in sight or not:
  // a hand that did not move just now may well be done.
  ask(others) {
    if (this.now() - this.start > PAUSE) return null;
    const most = Math.max(1, Math.ceil((others.length * this.period) / LONGEST));
    const due = [...others].sort((a, b) => this.asked.indexOf(a) - this.asked.indexOf(b)).slice(0, most);
    this.asked = [...this.asked.filter((id) => !due.includes(id)), ...due];
    return due;
  }

  // An answer is about to be painted, that came at `since`.
  begin(since = this.now()) {
    // After a pause the first answers say nothing of how soon the next one comes.
    if (since - this.start < LONGEST) this.period += (since - this.start - this.period) / 4;
    this.start = since;
    this.beyond = false;
  }

  // Of the figures that wait, the one to be painted now, or null: none before the next answer.
  next(waiting) {
    const left = BUDGET - (this.now() - this.start);
    const oldest = [...waiting].sort((a, b) => this.at(a) - this.at(b));
    const fitting = oldest.find((id) => this.took(id) <= left);
    const due = oldest.find((id) => this.now() + this.period + this.took(id) - this.at(id) >= LONGEST);
    if (fitting !== undefined && (due === undefined || this.at(fitting) <= this.at(due))) return fitting;
    if (due !== undefined && !this.beyond) {
      this.beyond = this.took(due) > left;
      return due;
    }
    return fitting ?? null;
  }

  // That figure has been painted, begun at `since`.
  done(id, since) {
    this.painted.set(id, { at: this.now(), took: this.now() - since });
  }

  at(id) {
    return this.painted.get(id)?.at ?? -Infinity;
  }

  took(id) {
    return this.painted.get(id)?.took ?? Infinity; // until it has been tried
  }
}
