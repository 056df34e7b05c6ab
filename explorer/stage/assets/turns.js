// Whose turn it is to be painted while a hand moves. No DOM in here.
//
// The first figure, the hero, is painted at every answer. What is left of BUDGET the others share, who was painted
// longest ago first; one that would otherwise wait longer than LONGEST is painted whatever is left, but one such at a
// time, so that the hero goes on.

const BUDGET = 33; // ms of an answer for all figures together
const LONGEST = 200; // ms that a figure may stay behind

export class Turns {
  constructor({ now = () => performance.now() } = {}) {
    this.now = now;
    this.painted = new Map(); // by figure: when, and how long it took
    this.period = 0; // ms from one answer to the next
    this.start = 0;
    this.beyond = false; // whether one has been painted beyond the budget
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
