// Step, play and pause: moves one setting along the sequence, by button or by key.
import { button, element, setText } from "./dom.js";

const PACE = 650; // ms a step

export class Player {
  constructor(change) {
    this.change = change;
    this.back = button("One step to the left", "‹", () => this.go(-1));
    this.toggle = button("Play", "▶", () => (this.timer ? this.pause() : this.play()), "play");
    this.forth = button("One step to the right", "›", () => this.go(1));
    this.caption = element("span", "caption");
    this.root = element("div", "player", this.back, this.toggle, this.forth, this.caption);
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", "Player");
    this.keys = (event) => this.onKey(event);
    document.addEventListener("keydown", this.keys);
  }

  update(spec, waiting) {
    this.root.hidden = !spec;
    if (spec) {
      // A message in flight must not pull the step back under a playing hand, nor under one that steps fast.
      const keep = this.spec && (this.timer || waiting);
      this.spec = keep ? { ...spec, value: Math.min(this.spec.value, spec.high) } : spec;
      setText(this.caption, spec.caption);
      if (!this.timer) setText(this.toggle, this.symbol);
    } else this.pause();
  }

  get symbol() {
    return this.spec.direction > 0 ? "▶" : "◀";
  }

  onKey(event) {
    if (!this.spec || this.root.hidden || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target;
    if (target.closest?.("input, textarea, select, button, summary, [contenteditable]")) return;
    if (event.key === "ArrowRight") this.go(1);
    else if (event.key === "ArrowLeft") this.go(-1);
    else if (event.key === " ") this.timer ? this.pause() : this.play();
    else return;
    event.preventDefault();
  }

  go(by) {
    const value = Math.min(this.spec.high, Math.max(this.spec.low, this.spec.value + by));
    if (value === this.spec.value) return false;
    this.spec = { ...this.spec, value };
    this.change({ [this.spec.key]: value }, !this.timer);
    return true;
  }

  play() {
    const { direction, low, high, value } = this.spec;
    const [start, end] = direction > 0 ? [low, high] : [high, low];
    if (value === end) this.jump(start);
    this.timer = setInterval(() => this.go(direction) || this.pause(), PACE);
    this.show();
  }

  jump(value) {
    this.spec = { ...this.spec, value };
    this.change({ [this.spec.key]: value }, false);
  }

  pause() {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = null;
    this.show();
    this.change({ [this.spec.key]: this.spec.value }, true);
  }

  show() {
    const label = this.timer ? "Pause" : "Play";
    setText(this.toggle, this.timer ? "❚❚" : this.symbol);
    this.toggle.setAttribute("aria-label", label);
    this.toggle.title = label;
  }

  close() {
    clearInterval(this.timer);
    document.removeEventListener("keydown", this.keys);
  }
}
