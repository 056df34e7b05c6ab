// Paints the marks of a figure (see sketch.js) into the frame that Plotly has drawn, in place of Plotly's own: the same
// picture in a fraction of the time. What the last picture has already is kept, and only what differs is written.
import { LINE } from "./marks.js";
import { rounded, scale } from "./scales.js";
import { marks, plotOf, shapes } from "./sketch.js";

const svg = (tag) => document.createElementNS("http://www.w3.org/2000/svg", tag);
const canvas = document.createElement("canvas");

export class Brush {
  constructor(plot) {
    this.plot = plot;
    this.groups = new Map(); // by plot: its group of nodes, and what they show
  }

  // Whether there is a place for these traces: Plotly has drawn every one's plot, on axes that are known here.
  fits({ data, layout }) {
    return data.every((trace) => {
      const types = trace.type === "heatmap" ? ["linear"] : ["linear", "log"];
      const [x, y] = refs(trace).map((ref) => this.axis(ref, layout));
      return types.includes(x.type) && types.includes(y.type) && this.site(plotOf(trace)) !== null;
    });
  }

  paint(figure) {
    const { font, _size } = this.plot._fullLayout;
    const painted = marks(figure, (trace) => {
      const [x, y] = refs(trace).map((ref) => this.axis(ref, figure.layout));
      return { x: scale(x), y: scale(y), width: x.length, height: y.length, font };
    });
    for (const [name, nodes] of Object.entries(painted)) this.group(name).show(nodes);
    for (const [name, group] of this.groups) if (!(name in painted)) group.show([]);
    const { l, t, w, h } = _size;
    const at = (ref, value, paper) => {
      if (ref === "paper") return rounded(paper(value));
      const axis = this.axis(ref, figure.layout);
      return rounded(axis.offset + scale(axis)(value));
    };
    const across = (ref, value) => at(ref, value, (part) => l + part * w);
    const down = (ref, value) => at(ref, value, (part) => t + (1 - part) * h);
    shapes(figure, across, down).forEach((d, i) => {
      const shape = this.plot.querySelector(`.shapelayer path[data-index="${i}"]`);
      if (d && shape.getAttribute("d") !== d) shape.setAttribute("d", d);
    });
    this.plot.classList.add("sketched");
  }

  // Plotly's axis of that name, "x2", with the range that the figure has for it now.
  axis(ref, layout) {
    const name = ref.replace(/^[xy]/, "$&axis");
    const { type, _length: length, _offset: offset } = this.plot._fullLayout[name] ?? {};
    return { type, range: layout[name]?.range, length, offset, upwards: ref[0] === "y" };
  }

  // Gives the picture back to Plotly.
  lift() {
    if (!this.groups.size) return;
    this.plot.classList.remove("sketched");
    for (const group of this.groups.values()) group.root.remove();
    this.groups.clear();
  }

  site(name) {
    return this.plot.querySelector(`.overplot > .${name}`);
  }

  group(name) {
    const site = this.site(name);
    let group = this.groups.get(name);
    if (!group) this.groups.set(name, (group = new Group(this.plot.querySelector(`.plotclip[id$="${name}plot"]`).id)));
    if (group.root.parentNode !== site) site.append(group.root); // Plotly may have made the plot anew
    return group;
  }
}

const refs = ({ xaxis = "x", yaxis = "y" }) => [xaxis, yaxis];

// The marks of one plot, in sheets that lie on each other: those that end at the plot's edge, and those that do not.
class Group {
  constructor(clip) {
    this.clip = `url(#${clip})`;
    this.root = svg("g");
    this.root.setAttribute("class", "sketch");
    this.root.setAttribute("style", "stroke-miterlimit: 2");
    this.sheets = [];
  }

  show(nodes) {
    const sheets = [];
    for (const node of nodes) {
      if (sheets.at(-1)?.clip !== node.clip) sheets.push({ clip: node.clip, nodes: [] });
      sheets.at(-1).nodes.push(node);
    }
    for (const { root } of this.sheets.splice(sheets.length)) root.remove();
    sheets.forEach((sheet, i) => {
      if (!this.sheets[i]) {
        this.sheets[i] = { root: svg("g"), shown: [] };
        this.root.append(this.sheets[i].root);
      }
      const { root, shown } = this.sheets[i];
      if (sheet.clip) root.setAttribute("clip-path", this.clip);
      else root.removeAttribute("clip-path");
      for (const { element } of shown.splice(sheet.nodes.length)) element.remove();
      sheet.nodes.forEach((node, n) => {
        const last = shown[n];
        shown[n] = update(last?.tag === node.tag ? last : make(node.tag), node);
        if (!last) root.append(shown[n].element);
        else if (last.element !== shown[n].element) last.element.replaceWith(shown[n].element);
      });
    });
  }
}

function make(tag) {
  const element = svg(tag);
  if (tag === "image") element.setAttribute("preserveAspectRatio", "none");
  if (tag === "text") element.setAttribute("style", "white-space: pre");
  return { tag, element, attributes: {}, said: "" };
}

function update(shown, { tag, clip, lines, cells, ...attributes }) {
  const { element } = shown;
  if (cells) {
    const { x, y, width, height, alike } = cells;
    const href = same(cells, shown.cells) ? shown.attributes.href : picture(cells); // to make one takes long
    Object.assign(attributes, { x, y, width, height, href, ...(alike && { style: "image-rendering: pixelated" }) });
  }
  for (const name in shown.attributes) if (!(name in attributes)) element.removeAttribute(name);
  for (const name in attributes) if (shown.attributes[name] !== attributes[name]) element.setAttribute(name, attributes[name]);
  const said = lines ? JSON.stringify(lines.length > 1 ? [lines, attributes.x, attributes.y] : lines) : "";
  if (said !== shown.said) element.replaceChildren(...spans(lines, attributes));
  return { tag, element, attributes, said, cells };
}

function same(cells, shown) {
  if (cells.columns !== shown?.columns || cells.rows !== shown.rows) return false;
  const [now, was] = [cells, shown].map(({ pixels }) => new Uint32Array(pixels.buffer));
  for (let i = 0; i < now.length; i += 1) if (now[i] !== was[i]) return false;
  return true;
}

function spans(lines, { x, y }) {
  if (lines.length === 1) return lines[0].map(span);
  return lines.map((parts, i) => {
    const line = span({ style: "", dy: `${i * LINE}em`, parts });
    line.setAttribute("x", x);
    line.setAttribute("y", y);
    return line;
  });
}

function span(part) {
  if (typeof part === "string") return document.createTextNode(part);
  const element = svg("tspan");
  if (part.style) element.setAttribute("style", part.style);
  if (part.dy) element.setAttribute("dy", part.dy);
  element.append(...part.parts.map(span));
  return element;
}

function picture({ columns, rows, pixels }) {
  if (columns === 0 || rows === 0) return "";
  canvas.width = columns;
  canvas.height = rows;
  canvas.getContext("2d", { willReadFrequently: true }).putImageData(new ImageData(pixels, columns, rows), 0, 0);
  return canvas.toDataURL("image/png");
}
