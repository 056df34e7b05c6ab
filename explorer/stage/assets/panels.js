// Figures: the one place where pictures reach the page, and in which order they do.
import { element } from "./dom.js";
import { Figures } from "./figures.js";
import { Panel } from "./panel.js";
import { Turns } from "./turns.js";

const AREAS = ["hero", "card", "below"];
const CARD = "card"; // what it is called among the figures that are wanted
const SEEN = 0.1; // the part of a picture that must be in sight for it to move with the hand

// Lets what has come in meanwhile have its turn: a move of the hand, an answer.
const breath = () => new Promise((done) => setTimeout(done, 0));

export class Panels {
  constructor(change) {
    this.change = change;
    this.areas = Object.fromEntries(AREAS.map((name) => [name, element("div", `area area-${name}`)]));
    this.figures = new Figures();
    this.turns = new Turns();
    this.made = new Map();
    this.sight = new IntersectionObserver((entries) => this.seen(entries), { threshold: [0, SEEN] });
    this.size = new ResizeObserver((entries) => this.resized(entries));
  }

  // Said with every message: the figures that are here, and, while a hand moves, which of them the answer is to bring.
  // The card has its turn like a figure, once there is one.
  about(moving, card) {
    const held = this.figures.held();
    const others = this.inSight(SEEN).filter((id) => id !== this.hero);
    const due = moving && this.turns.ask(card ? [...others, CARD] : others);
    return due ? { held, wanted: [this.hero, ...due, ...(card ? [] : [CARD])] } : { held };
  }

  // Whether a figure is of an earlier answer than the hero.
  get late() {
    return [...this.made.values()].some((panel) => panel.spec.late);
  }

  lacks(specs) {
    return this.figures.lacks(specs);
  }

  // As soon as a view is here: what is asked next says so, though it be painted later.
  take(specs) {
    return this.figures.take(specs);
  }

  area(name) {
    return this.areas[name];
  }

  update(specs, template, held) {
    const wanted = new Set(specs.map((spec) => spec.id));
    for (const [id, panel] of this.made) {
      if (wanted.has(id)) continue;
      this.sight.unobserve(panel.plot);
      this.size.unobserve(panel.plot);
      panel.close();
      this.made.delete(id);
    }
    for (const spec of specs) {
      let panel = this.made.get(spec.id);
      if (!panel) {
        panel = new Panel(spec, this.change);
        this.made.set(spec.id, panel);
        this.areas[spec.area].append(panel.root);
        this.sight.observe(panel.plot);
        this.size.observe(panel.plot);
      }
      panel.receive(spec, template);
      panel.controls.update(spec.controls, held);
    }
    this.hero = specs[0]?.id;
  }

  // Paints an answer that came at `since`. While a hand moves, the hero at once and the others in turn (see turns.js); at rest every figure
  // in sight, exactly, for as long as `resting()`. Says whether all are.
  async paint(since, resting) {
    if (resting()) await this.settle(resting);
    else await this.follow(since);
    for (const panel of this.made.values()) panel.count();
    return !this.inSight(0).some((id) => this.made.get(id).behind(true));
  }

  async follow(since) {
    this.turns.begin(since);
    await this.made.get(this.hero)?.sketch();
    const waiting = () => this.inSight(SEEN).filter((id) => this.made.get(id).behind());
    for (let id = this.turns.next(waiting()); id !== null; id = this.turns.next(waiting())) {
      const begun = performance.now();
      await this.made.get(id).sketch();
      this.turns.done(id, begun);
    }
  }

  async settle(resting) {
    for (const id of this.inSight(0)) {
      const panel = this.made.get(id);
      if (!panel?.behind(true)) continue;
      await panel.paint();
      await breath();
      if (!resting()) return;
    }
  }

  // The hero first, as in the view; those of which at least that part is to be seen.
  inSight(part) {
    return [...this.made].filter(([, panel]) => panel.visible >= part).map(([id]) => id);
  }

  // What is out of sight is painted when it comes into sight: a drag pays only for what the room sees.
  seen(entries) {
    for (const [panel, entry] of this.among(entries)) {
      panel.visible = entry.isIntersecting ? entry.intersectionRatio : -1;
      if (panel.visible >= 0) panel.paint();
    }
  }

  resized(entries) {
    for (const [panel] of this.among(entries)) {
      panel.width = panel.plot.clientWidth;
      if (panel.visible >= 0) panel.paint();
    }
  }

  among(entries) {
    const panels = [...this.made.values()];
    return entries.map((entry) => [panels.find((panel) => panel.plot === entry.target), entry]).filter(([panel]) => panel);
  }

  close() {
    this.sight.disconnect();
    this.size.disconnect();
    for (const panel of this.made.values()) panel.close();
  }
}
