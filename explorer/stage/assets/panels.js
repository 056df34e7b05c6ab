// Figures: the one place where a picture reaches the page. Data comes from the server, Plotly draws it.
import { ControlList } from "./controls.js";
import { button, element, save, setText } from "./dom.js";
import { Figures } from "./figures.js";
import { loadPlotly, standalone } from "./plotly.js";

// The hero grows with a tall window, so that a large screen is used.
const TALL = 760;
const grown = (spec, base) => {
  if (spec.area !== "hero") return spec.height;
  return Math.round(spec.height * Math.min(1.45, Math.max(1, innerHeight / (TALL * (base / 12)))));
};

const CONFIG = { displayModeBar: false, doubleClick: false, responsive: false, showTips: false };

export class Panels {
  constructor(change) {
    this.change = change;
    this.areas = { hero: element("div", "area area-hero"), card: element("div", "area area-card"), below: element("div", "area area-below") };
    this.figures = new Figures();
    this.made = new Map();
    this.sight = new IntersectionObserver((entries) => this.seen(entries), { threshold: [0, 0.5] });
    this.size = new ResizeObserver(() => this.repaint());
    for (const area of Object.values(this.areas)) this.size.observe(area);
  }

  held() {
    return this.figures.held();
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

  // Resolves when every panel in sight shows its new picture. One that is hardly in sight waits until the hand rests.
  update(specs, template, held, resting) {
    const wanted = new Set(specs.map((spec) => spec.id));
    for (const [id, panel] of this.made) {
      if (wanted.has(id)) continue;
      this.sight.unobserve(panel.root);
      panel.close();
      this.made.delete(id);
    }
    for (const spec of specs) {
      let panel = this.made.get(spec.id);
      if (!panel) {
        panel = new Panel(spec, this.change);
        this.made.set(spec.id, panel);
        this.areas[spec.area].append(panel.root);
        this.sight.observe(panel.root);
      }
      panel.receive(spec, template);
      panel.controls.update(spec.controls, held);
    }
    return this.repaint(resting ? 0 : 0.5);
  }

  // What is out of sight is painted when it comes into sight: a drag pays only for what the room sees.
  seen(entries) {
    for (const entry of entries) {
      for (const panel of this.made.values()) {
        if (panel.root !== entry.target) continue;
        panel.visible = entry.isIntersecting ? entry.intersectionRatio : -1;
        if (panel.visible >= 0) panel.paint();
      }
    }
  }

  repaint(least = 0) {
    return Promise.all([...this.made.values()].filter((panel) => panel.visible >= least).map((panel) => panel.paint()));
  }

  close() {
    this.sight.disconnect();
    this.size.disconnect();
    for (const panel of this.made.values()) panel.close();
  }
}

// A title in lines of at most `most` letters, safe as Plotly's own markup.
function wrapped(title, most) {
  const lines = [""];
  for (const word of title.replaceAll("&", "&amp;").replaceAll("<", "&lt;").split(" ")) {
    if (lines.at(-1) && lines.at(-1).length + word.length > most) lines.push("");
    lines[lines.length - 1] += (lines.at(-1) && " ") + word;
  }
  return lines.join("<br>");
}

class Panel {
  constructor(spec, change) {
    this.change = change;
    this.visible = -1; // the part of it in sight, −1 for none
    this.drawn = "";
    this.heading = element("h2", "panel-title");
    this.plot = element("div", "plot");
    this.plot.setAttribute("role", "img");
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
    setText(this.heading, spec.headed ? spec.title : "");
    this.heading.hidden = !spec.headed && spec.size === "full"; // beside another, it keeps its height
    this.heading.ariaHidden = spec.headed ? null : "true"; // an empty heading leads nowhere
    this.plot.setAttribute("aria-label", spec.title);
    this.height = grown(spec, template.layout.font.size);
    this.plot.style.height = `${this.height}px`;
    setText(this.note, spec.note);
    setText(this.code, spec.snippet);
  }

  async paint() {
    const width = this.plot.clientWidth;
    const key = `${this.spec.stamp} ${width} ${this.height}`;
    if (this.drawn === key || width === 0) return;
    this.drawn = key;
    const Plotly = window.Plotly ?? (await loadPlotly());
    const { data, layout } = this.spec.figure;
    const size = { width, height: this.height, template: this.template };
    await Plotly.react(this.plot, data, { ...layout, ...size }, CONFIG);
    if (!this.clickable) {
      this.plot.on("plotly_click", (event) => this.clicked(event.points[0]));
      this.clickable = true;
    }
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
    if (window.Plotly && this.drawn) window.Plotly.purge(this.plot);
    this.root.remove();
  }
}
