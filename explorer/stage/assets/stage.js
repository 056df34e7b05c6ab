// The stage: one component that holds a page's controls and figures together. It draws what the server
// computed and tells the server what a person did; it computes nothing itself.
import { Address } from "./address.js";
import { Controls } from "./controls.js";
import { Panels } from "./panels.js";
import { Player } from "./player.js";
import { renderCard, renderProof, renderQuestion } from "./card.js";
import { renderDoors } from "./doors.js";
import { element, setText } from "./dom.js";
import { Wire } from "./wire.js";

const stages = new WeakMap();
let unsaid = null; // the page and the wire of a stage that was taken down with something on it

export function mount(component) {
  let stage = stages.get(component.parentElement);
  if (!stage) {
    stage = new Stage(component.parentElement);
    stages.set(component.parentElement, stage);
  }
  stage.receive(component);
  return () => {
    stages.delete(component.parentElement); // what is mounted there next begins anew
    stage.close();
  };
}

function keepAddress(search, push) {
  history[push ? "pushState" : "replaceState"](history.state, "", location.pathname + search);
}

class Stage {
  constructor(parent) {
    this.root = element("div", "stage");
    parent.append(this.root);
    this.address = new Address({ read: () => location, write: keepAddress });
    this.wire = new Wire({
      send: (message) => this.trigger("did", message),
      about: (moving) => ({ ...this.panels.about(moving, !this.card.hidden), ...this.address.about() }),
    });
    this.asking = null;
    this.looking = null;
    this.settling = null;
    // Streamlit runs the page again then, but need not know where the browser is.
    this.stepped = () => this.address.about().moved && this.wire.ask();
    addEventListener("popstate", this.stepped);
    this.build();
    this.watchdog = setInterval(() => this.wire.flush(), 1000);
  }

  build() {
    const change = (changes, settled = true) => this.wire.change(changes, settled);
    this.eyebrow = element("p", "eyebrow");
    this.title = element("h1", "headline");
    this.message = element("p", "message");
    this.message.setAttribute("role", "status");
    const head = element("header", "head", this.eyebrow, this.title, this.message);
    this.controls = new Controls(change);
    this.panels = new Panels(change);
    this.player = new Player(change);
    this.question = element("div", "question");
    this.card = element("section", "card");
    this.card.hidden = true; // until there is one
    this.proof = element("div", "proof");
    this.doors = element("nav", "doors");
    this.doors.ariaLabel = "Other pages";
    this.hero = element("div", "hero", this.panels.area("hero"), this.player.root, this.question);
    this.side = element("aside", "side", this.card, this.panels.area("card"), this.proof);
    this.root.append(
      head,
      element("div", "board", this.controls.root, this.hero, this.side),
      this.panels.area("below"),
      this.doors,
    );
  }

  receive({ data, setTriggerValue }) {
    this.trigger = setTriggerValue;
    const view = JSON.parse(new TextDecoder().decode(data));
    if (!this.latest && unsaid?.page === view.page) this.wire.follow(unsaid.wire);
    unsaid = null;
    const [asked, changed] = [this.wire.waiting, Object.keys(this.wire.flying.changes).length > 0];
    this.wire.answered(view.answers);
    const answered = asked && !this.wire.waiting;
    view.lacks = !view.failed && this.panels.lacks(view.panels);
    if (!view.failed && !view.lacks) view.panels = this.panels.take(view.panels);
    this.place(view, { answered, push: answered && changed });
    this.look(view.pace);
    this.wire.flush(); // the server computes the next picture while this one is painted
    this.latest = view;
    this.latest.since = performance.now();
    this.frame ??= requestAnimationFrame(() => this.paint());
  }

  place(view, how) {
    clearTimeout(this.arriving);
    const where = this.address.came(view, how);
    if (where === "unknown") this.askAgain();
    if (where === "elsewhere") this.arriving = setTimeout(() => this.place(this.latest, { answered: false, push: false }), 50);
  }

  // The server draws in the colours of the theme: when a person chooses another, it is asked to draw again.
  followTheme() {
    const theme = getComputedStyle(this.root).getPropertyValue("--st-background-color");
    if (this.theme !== undefined && this.theme !== theme) this.wire.ask();
    this.theme = theme;
  }

  async paint() {
    const view = this.latest;
    this.followTheme();
    try {
      this.paintFrame(view);
      if (view.failed) return; // the last good picture stays
      if (view.lacks) this.askAgain();
      else await this.paintView(view);
    } finally {
      this.root.dataset.painted = String(Number(this.root.dataset.painted ?? 0) + 1);
      this.root.dataset.answered = view.answers; // by what is painted now
      this.frame = this.latest === view ? null : requestAnimationFrame(() => this.paint());
    }
  }

  // What is around the pictures: it shows even where there is no picture to show.
  paintFrame(view) {
    this.dress(view.theme);
    this.controls.update(view.controls, this.wire.held);
    this.controls.say(view.lead ?? "", view.notice ?? "");
    renderDoors(this.doors, view.doors ?? []);
    setText(this.message, view.message ?? "");
    this.message.hidden = !view.message;
    this.root.classList.toggle("stale", Boolean(view.failed));
    this.root.classList.toggle("blank", this.title.textContent === ""); // there is no last good picture yet
  }

  dress(theme) {
    const key = JSON.stringify(theme);
    if (this.dressed === key) return;
    this.dressed = key;
    this.root.classList.toggle("projector", theme.projector);
    // What Streamlit itself says is around the stage, not in it. A rule that asks :has(.projector) would cost more than
    // all else at every picture: whatever changes anywhere could make it true.
    document.documentElement.classList.toggle("projected", theme.projector);
    for (const [name, value] of Object.entries(theme.colours)) this.root.style.setProperty(`--${name}`, value);
  }

  async paintView(view) {
    setText(this.eyebrow, view.eyebrow);
    setText(this.title, view.title);
    this.panels.update(view.panels, view.template, this.wire.held);
    this.player.update(view.player, this.wire.waiting);
    renderCard(this.card, view.card, (changes) => this.wire.change(changes, true));
    renderQuestion(this.question, view.question, (changes) => this.wire.change(changes, true));
    renderProof(this.proof, view.proof);
    this.askForProof(view.proof);
    const exact = await this.panels.paint(view.since, () => this.wire.resting && this.latest === view);
    const late = this.panels.late || view.card?.late;
    if (late && this.wire.resting) this.askAgain();
    else if (late || !exact) this.settle();
  }

  // A hand that holds still, and has not let go, is seen to rest after a moment.
  settle() {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      if (this.wire.resting) this.frame ??= requestAnimationFrame(() => this.paint());
      else if (this.wire.idle) this.settle(); // else an answer is to come
    }, 50);
  }

  // What is on its way, or about to be sent, says what is here now; else an empty message does.
  askAgain() {
    if (this.wire.idle) this.wire.ask();
  }

  // Something goes on beside the page: it is looked at again after so many ms, once nothing else is said.
  look(pace) {
    clearTimeout(this.looking);
    if (!pace) return;
    this.looking = setTimeout(() => (this.wire.idle ? this.wire.ask() : this.look(pace)), pace);
  }

  // The proof is asked for when the picture has come to rest, and again until it is there.
  askForProof(proof) {
    clearTimeout(this.asking);
    if (!proof || proof.state === "done") return;
    this.asking = setTimeout(() => {
      if (this.wire.idle) this.wire.ask({ prove: true });
      else this.askForProof(proof);
    }, 400);
  }

  // A host may take a stage down and put it up again, after a broken connection for example: the next one says the rest.
  close() {
    if (!this.wire.idle && this.address.here) unsaid = { page: this.address.page, wire: this.wire };
    removeEventListener("popstate", this.stepped);
    clearTimeout(this.arriving);
    clearInterval(this.watchdog);
    clearTimeout(this.asking);
    clearTimeout(this.looking);
    clearTimeout(this.settling);
    cancelAnimationFrame(this.frame);
    this.player.close();
    this.panels.close();
    this.root.remove();
    document.documentElement.classList.toggle("projected", document.querySelector(".stage.projector") !== null);
  }
}
