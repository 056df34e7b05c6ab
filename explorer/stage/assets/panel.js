// One figure on the page: its title, its controls, its picture, and what one may take away of it.
import { Brush } from "./brush.js";
import { ControlList } from "./controls.js";
import { button, element, save, setText } from "./dom.js";
import { loadPlotly, standalone } from "./plotly.js";
import { frame, known, outline } from "./sketch.js";

// The hero grows with a tall window, so that a large screen is used.
const TALL = 760;
const grown = (spec, base) => {
  if (spec.area !== "hero") return spec.height;
  return Math.round(spec.height * Math.min(1.45, Math.max(1, innerHeight / (TALL * (base / 12)))));
};

const CONFIG = { displayModeBar: false, doubleClick: false, responsive: false, showTips: false };

// A title in lines of at most `most` letters, safe as Plotly's own markup.
function wrapped(title, most) {
  const lines = [""];
  for (const word of title.replaceAll("&", "&amp;").replaceAll("<", "&lt;").split(" ")) {
    if (lines.at(-1) && lines.at(-1).length + word.length > most) lines.push("");
    lines[lines.length - 1] += (lines.at(-1) && " ") + word;
  }
  return lines.join("<br>");
}

export class Panel {
  constructor(spec, change) {
    this.change = change;
    this.visible = -1; // the part of its picture that is in sight, −1 for none
    this.width = 0; // of the picture, in px
    this.shown = ""; // what is to be seen
    this.exact = false; // whether Plotly has drawn it, marks and all
    this.framed = ""; // the frame that Plotly has drawn, around marks of either kind
    this.heading = element("h2", "panel-title");
    this.plot = element("div", "plot");
    this.plot.setAttribute("role", "img");
    this.brush = new Brush(this.plot);
    this.note = element("p", "note");
    this.code = element("pre", "snippet");
    this.code.hidden = true;
    const foot = element("div", "foot", this.note, this.tools());
    this.controls = new ControlList(change);
    this.root = element("figure", `panel ${spec.size}`, this.heading, this.controls.root, this.plot, foot, this.code);
    this.root.dataset.panel = spec.id;
  }

  tools() {
    const make = (format) => button(`Download as ${format}`, format, () => this.download(format.toLowerCase()));
    const python = button("Show the Python that makes this figure", "Python", () => {
      this.code.hidden = !this.code.hidden;
      python.setAttribute("aria-expanded", String(!this.code.hidden));
    });
    python.setAttribute("aria-expanded", "false");
    return element("div", "tools", make("SVG"), make("PNG"), make("HTML"), python);
  }

  receive(spec, template) {
    this.spec = spec;
    this.template = template;
    this.plot.classList.toggle("late", Boolean(spec.late));
    setText(this.heading, spec.headed ? spec.title : "");
    this.heading.hidden = !spec.headed && spec.size === "full"; // beside another, it keeps its height
    this.heading.ariaHidden = spec.headed ? null : "true"; // an empty heading leads nowhere
    if (this.title !== spec.title) this.plot.setAttribute("aria-label", (this.title = spec.title));
    const height = grown(spec, template.layout.font.size);
    if (this.height !== height) this.plot.style.height = `${(this.height = height)}px`;
    setText(this.note, spec.note);
    setText(this.code, spec.snippet);
  }

  // What is to be seen; nothing where there is no room for a picture.
  get wanted() {
    this.width ||= this.plot.clientWidth;
    return this.width && `${this.spec.stamp} ${this.width} ${this.height}`;
  }

  // Whether there is something to paint: what is to be seen, or exactly so.
  behind(exactly = false) {
    return this.wanted && (this.shown !== this.wanted || (exactly && !this.exact));
  }

  // Counts the answers whose picture was to be seen, for who asks how well it follows the hand.
  count() {
    if (this.visible >= 0 && !this.behind() && !this.spec.late) this.root.dataset.answers = String(Number(this.root.dataset.answers ?? 0) + 1);
  }

  // The picture as Plotly draws it: one can point at it, click it and take it away.
  async paint() {
    if (!this.behind(true)) return;
    const { figure } = this.spec;
    this.shown = this.wanted;
    this.exact = true;
    this.framed = this.frameOf(figure);
    await this.react(figure);
  }

  // The same picture while a hand moves, in a fraction of the time; as Plotly draws it where that is not known.
  async sketch() {
    if (!this.behind()) return;
    const { figure } = this.spec;
    if (!this.plot._fullLayout || !known(figure)) return this.paint(); // it has yet to be framed, or must be drawn whole
    this.shown = this.wanted;
    const framed = this.frameOf(figure);
    if (this.framed !== framed) {
      this.framed = framed;
      this.exact = false;
      await this.react(frame(figure));
    }
    if (!this.brush.fits(figure)) return this.paint();
    this.exact = false;
    this.brush.paint(figure);
  }

  // What stands around the marks, and how large it is: while that stays, only marks need painting.
  frameOf(figure) {
    return JSON.stringify([outline(figure), this.template, this.width, this.height]);
  }

  async react({ data, layout }) {
    const Plotly = window.Plotly ?? (await loadPlotly());
    const { width, height, template } = this;
    this.brush.lift();
    await Plotly.react(this.plot, data, { ...layout, width, height, template }, CONFIG);
    if (this.clickable) return;
    this.plot.on("plotly_click", (event) => this.clicked(event.points[0]));
    this.clickable = true;
  }

  // A trace says in its meta which settings a click sets, and from what: {x: "step"} or {custom: ["step", "unit"]}.
  clicked(point) {
    const click = point.data.meta?.click;
    if (!click) return;
    const changes = {};
    if (click.x) changes[click.x] = point.x;
    if (click.y) changes[click.y] = point.y;
    (click.custom ?? []).forEach((key, i) => {
      const value = point.customdata?.[i];
      if (value !== null && value !== undefined) changes[key] = value;
    });
    this.change(changes, true);
  }

  async download(format) {
    const Plotly = await loadPlotly();
    const { data, layout } = this.spec.figure;
    const width = Math.max(640, this.plot.clientWidth);
    const top = (layout.margin?.t ?? 10) + 60;
    const titled = {
      ...layout,
      template: this.template,
      title: { text: wrapped(this.spec.title, width / 9), x: 0.02, y: 0.98, yanchor: "top", font: { size: 17 } },
      margin: { ...this.template.layout.margin, ...layout.margin, t: top },
      width,
      height: this.spec.height + 60,
    };
    const name = `unrolled-${this.spec.id}`;
    if (format === "html") {
      save(`${name}.html`, await standalone(this.spec.title, { data, layout: titled }));
      return;
    }
    const url = await Plotly.toImage({ data, layout: titled }, { format, width, height: titled.height, scale: format === "png" ? 2 : 1 });
    save(`${name}.${format}`, await (await fetch(url)).blob());
  }

  close() {
    if (window.Plotly && this.framed) window.Plotly.purge(this.plot);
    this.root.remove();
  }
}
