// The stage: one component that holds a page's controls and figures together. It draws what the server
// computed and tells the server what a person did; it computes nothing itself.
import { Controls } from "./controls.js";
import { Panels } from "./panels.js";
import { Player } from "./player.js";
import { renderCard, renderProof, renderQuestion } from "./card.js";
import { renderDoors } from "./doors.js";
import { element, setText } from "./dom.js";

const stages = new WeakMap();

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

// The link is the view, whatever the browser's history did meanwhile: a page just gone to comes without its settings,
// and a link written late may come after a step back.
function keepAddress(query) {
  const wanted = new URLSearchParams(query);
  for (const [key, value] of new URLSearchParams(location.search)) if (key.startsWith("embed")) wanted.append(key, value);
  if (wanted.toString() === new URLSearchParams(location.search).toString()) return;
  history.replaceState(history.state, "", `${location.pathname}${wanted.size ? `?${wanted}` : ""}`);
}

class Stage {
  constructor(parent) {
    this.root = element("div", "stage");
    parent.append(this.root);
    this.sent = 0; // number of the last message sent
    this.waiting = null; // when it was sent, until it is answered
    this.flying = {}; // what it says
    this.pending = null; // what has changed since
    this.asking = null;
    this.looking = null;
    this.build();
    this.watchdog = setInterval(() => this.flush(), 1000);
  }

  build() {
    const change = (changes, settled = true) => this.change(changes, settled);
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

  // One message is in flight at a time; what changes meanwhile is gathered into the next one, so nothing queues.
  change(changes, settled) {
    this.pending = { changes: { ...this.pending?.changes, ...changes }, settled };
    this.flush();
  }

  flush() {
    const lost = this.waiting !== null && performance.now() - this.waiting > 5000;
    // What nobody has answered is said once more, with what has changed since.
    if (lost) this.pending = { settled: true, ...this.pending, changes: { ...this.flying, ...this.pending?.changes } };
    if (!this.pending || (this.waiting !== null && !lost)) return;
    this.sent += 1;
    this.waiting = performance.now();
    this.flying = this.pending.changes;
    const message = { number: this.sent, held: this.panels.held(), ...this.pending };
    this.pending = null;
    this.send("did", message);
  }

  receive({ data, setTriggerValue }) {
    this.send = setTriggerValue;
    const view = JSON.parse(new TextDecoder().decode(data));
    if (view.answers > this.sent) this.sent = view.answers; // the server remembers an earlier mount
    if (view.answers >= this.sent) {
      this.waiting = null;
      this.flying = {};
    }
    if (view.address !== null) keepAddress(view.address);
    this.followTheme();
    this.look(view.pace);
    this.flush(); // the server computes the next picture while this one is painted
    this.latest = view;
    this.frame ??= requestAnimationFrame(() => this.paint());
  }

  // The server draws in the colours of the theme: when a person chooses another, it is asked to draw again.
  followTheme() {
    const theme = getComputedStyle(this.root).getPropertyValue("--st-background-color");
    if (this.theme !== undefined && this.theme !== theme) this.change({}, true);
    this.theme = theme;
  }

  async paint() {
    const view = this.latest;
    try {
      this.paintFrame(view);
      if (view.failed) return; // the last good picture stays
      if (this.panels.lacks(view.panels)) this.askAgain();
      else await this.paintView(view);
    } finally {
      this.root.dataset.painted = String(Number(this.root.dataset.painted ?? 0) + 1);
      this.frame = this.latest === view ? null : requestAnimationFrame(() => this.paint());
    }
  }

  // What a person has changed and the server has not answered yet: it must not jump back.
  held() {
    return { ...this.flying, ...this.pending?.changes };
  }

  // What is around the pictures: it shows even where there is no picture to show.
  paintFrame(view) {
    this.root.classList.toggle("projector", view.theme.projector);
    for (const [name, value] of Object.entries(view.theme.colours)) this.root.style.setProperty(`--${name}`, value);
    this.controls.update(view.controls, this.held());
    this.controls.say(view.lead ?? "", view.notice ?? "");
    renderDoors(this.doors, view.doors ?? []);
    setText(this.message, view.message ?? "");
    this.message.hidden = !view.message;
    this.root.classList.toggle("stale", Boolean(view.failed));
    this.root.classList.toggle("blank", this.title.textContent === ""); // there is no last good picture yet
  }

  async paintView(view) {
    setText(this.eyebrow, view.eyebrow);
    setText(this.title, view.title);
    const painted = this.panels.update(view.panels, view.template, this.held(), this.waiting === null && !this.pending);
    this.player.update(view.player, this.waiting !== null);
    renderCard(this.card, view.card, (changes) => this.change(changes, true));
    renderQuestion(this.question, view.question, (changes) => this.change(changes, true));
    renderProof(this.proof, view.proof);
    this.askForProof(view.proof);
    await painted;
  }

  // What is on its way, or about to be sent, says what is here now; else an empty message does.
  askAgain() {
    if (this.waiting === null && !this.pending) this.change({}, false);
  }

  // Something goes on beside the page: it is looked at again after so many ms, once nothing else is said.
  look(pace) {
    clearTimeout(this.looking);
    if (!pace) return;
    this.looking = setTimeout(() => (this.waiting === null && !this.pending ? this.change({}, false) : this.look(pace)), pace);
  }

  // The proof is asked for when the picture has come to rest, and again until it is there.
  askForProof(proof) {
    clearTimeout(this.asking);
    if (!proof || proof.state === "done") return;
    this.asking = setTimeout(() => {
      if (this.waiting === null && !this.pending) this.change({ prove: true }, true);
      else this.askForProof(proof);
    }, 400);
  }

  close() {
    clearInterval(this.watchdog);
    clearTimeout(this.asking);
    clearTimeout(this.looking);
    cancelAnimationFrame(this.frame);
    this.player.close();
    this.panels.close();
    this.root.remove();
  }
}
