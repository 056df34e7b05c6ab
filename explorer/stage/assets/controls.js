// The controls: sliders that act while they are dragged, choices, switches, text and files.
import { button, element, setText } from "./dom.js";

let serial = 0;

// The controls beside the pictures: a few in sight, the rest under More.
export class Controls {
  constructor(change) {
    this.main = new ControlList(change);
    this.rest = new ControlList(change);
    this.more = element("details", "more", element("summary", "", "More"), this.rest.root);
    this.lead = element("p", "lead");
    this.notice = element("p", "note");
    this.notice.setAttribute("role", "status");
    const reset = button("Reset", "Reset", () => change({ reset: true }), "quiet");
    this.root = element("form", "controls", this.main.root, this.notice, this.more, reset, this.lead);
    this.root.setAttribute("aria-label", "Controls");
    this.root.addEventListener("submit", (event) => event.preventDefault());
  }

  update(specs, held) {
    this.main.update(specs.filter((spec) => !spec.more), held);
    const rest = specs.filter((spec) => spec.more);
    this.rest.update(rest, held);
    this.more.hidden = rest.length === 0;
  }

  say(lead, notice) {
    setText(this.lead, lead);
    setText(this.notice, notice);
  }
}

// Controls one below the other; those of a figure stand above it.
export class ControlList {
  constructor(change) {
    this.change = change;
    this.made = new Map();
    this.root = element("div", "control-list");
  }

  // `held`: what the person has changed and the server has not answered yet; it must not jump back.
  update(specs, held) {
    const wanted = new Set(specs.map((spec) => spec.key));
    for (const [key, control] of this.made) {
      if (wanted.has(key)) continue;
      control.root.remove();
      this.made.delete(key);
    }
    specs.forEach((spec, i) => {
      let control = this.made.get(spec.key);
      const keep = Boolean(control) && spec.key in held; // what is made only now holds nothing
      if (control && control.kind !== spec.kind) {
        control.root.remove();
        control = null;
      }
      if (!control) {
        control = make[spec.kind](spec, this.change);
        control.kind = spec.kind;
        this.made.set(spec.key, control);
      }
      if (this.root.children[i] !== control.root) this.root.insertBefore(control.root, this.root.children[i] ?? null);
      control.update(spec, keep);
    });
  }
}

export const make = { slider, choice, segments, toggle, text, file, training, pixels };

function labelled(className, labelText, input, ...others) {
  serial += 1;
  input.id = `control-${serial}`;
  const label = element("label", "label", labelText);
  label.htmlFor = input.id;
  return { label, root: element("div", `control ${className}`, label, ...others, input) };
}

function slider(spec, change) {
  const input = element("input");
  input.type = "range";
  const value = element("output", "value");
  const { label, root } = labelled("slider", spec.label, input, value);
  let current = spec;
  let dragging = false;
  const read = () => (current.log ? 10 ** Number(input.value) : Number(input.value));
  const show = (number) => {
    const text = current.log ? Number(number.toPrecision(3)).toString() : number.toFixed(current.decimals);
    setText(value, text);
    input.setAttribute("aria-valuetext", text);
    const part = (Number(input.value) - Number(input.min)) / (Number(input.max) - Number(input.min) || 1);
    input.style.setProperty("--part", `${part * 100}%`);
  };
  let unsettled = false; // whether a value was said that may not be the last one
  const send = (settled) => {
    unsettled = !settled;
    show(read());
    change({ [current.key]: read() }, settled);
  };
  const letGo = () => {
    dragging = false;
    if (unsettled) send(true);
  };
  input.addEventListener("pointerdown", () => {
    dragging = true;
    addEventListener("pointerup", letGo, { once: true }); // wherever that is
  });
  input.addEventListener("pointercancel", () => (dragging = false));
  input.addEventListener("touchend", letGo);
  input.addEventListener("input", () => send(false));
  input.addEventListener("change", letGo); // which does not come where the value is back where it stood
  return {
    root,
    update(next, keep) {
      current = next;
      setText(label, next.label);
      const low = next.log ? Math.log10(next.low) : next.low;
      const high = next.log ? Math.log10(next.high) : next.high;
      if (Number(input.min) !== low || input.min === "") input.min = low;
      if (Number(input.max) !== high || input.max === "") input.max = high;
      input.step = next.step;
      if (!keep && !dragging) input.value = next.log ? Math.log10(next.value) : next.value;
      show(dragging || keep ? read() : next.value);
    },
  };
}

function choice(spec, change) {
  const input = element("select");
  const { root } = labelled("choice", spec.label, input);
  let drawn = "";
  input.addEventListener("change", () => change({ [spec.key]: input.value }));
  return {
    root,
    update(next, keep) {
      const wanted = JSON.stringify(next.options);
      if (wanted !== drawn) {
        input.replaceChildren(...next.options.map(([key, word]) => new Option(word, key)));
        drawn = wanted;
      }
      if (!keep) input.value = next.value;
    },
  };
}

function segments(spec, change) {
  serial += 1;
  const name = `segments-${serial}`;
  const row = element("div", "segments");
  const root = element("fieldset", "control", element("legend", "label", spec.label), row);
  const inputs = new Map();
  for (const [key, word] of spec.options) {
    const input = element("input");
    input.type = "radio";
    input.name = name;
    input.addEventListener("change", () => change({ [spec.key]: key }));
    // After a click of the mouse the arrow keys go on stepping through the sequence; who came by Tab keeps them.
    input.addEventListener("click", (event) => event.detail > 0 && input.blur());
    inputs.set(key, input);
    row.append(element("label", "", input, element("span", "", word)));
  }
  return {
    root,
    update(next, keep) {
      if (!keep && inputs.has(next.value)) inputs.get(next.value).checked = true;
    },
  };
}

function toggle(spec, change) {
  const input = element("input");
  input.type = "checkbox";
  input.setAttribute("role", "switch");
  const { root } = labelled("toggle", spec.label, input);
  input.addEventListener("change", () => change({ [spec.key]: input.checked }));
  return {
    root,
    update(next, keep) {
      if (!keep) input.checked = next.value;
    },
  };
}

function text(spec, change) {
  const input = element("textarea");
  input.rows = spec.multiline ? 5 : 3;
  input.spellcheck = false;
  input.dir = "auto";
  const { root } = labelled("text", spec.label, input);
  let rest = null;
  const settle = () => {
    clearTimeout(rest);
    rest = null;
    change({ [spec.key]: input.value }, true);
  };
  input.addEventListener("input", () => {
    clearTimeout(rest);
    rest = setTimeout(settle, 700);
    change({ [spec.key]: input.value }, false);
  });
  input.addEventListener("blur", () => rest !== null && settle());
  return {
    root,
    update(next, keep) {
      input.placeholder = next.hint ?? "";
      input.rows = next.multiline ? 5 : 3;
      if (!keep && document.activeElement !== input && input.value !== next.value) input.value = next.value;
      else if (!keep && rest === null && input.value !== next.value) input.value = next.value;
    },
  };
}

function file(spec, change) {
  const input = element("input");
  input.type = "file";
  input.accept = ".txt,.csv,.tsv,.md,text/*";
  const { root } = labelled("file", spec.label, input);
  input.addEventListener("change", () => {
    const [chosen] = input.files;
    if (!chosen) return;
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      change({ [spec.key]: { name: chosen.name, base64: reader.result.split(",")[1] ?? "" } });
      input.value = "";
    });
    reader.readAsDataURL(chosen.slice(0, spec.largest + 1));
  });
  return { root, update() {} };
}

// What goes on beside the page: a bar, a word on how far it is, and the buttons that have a meaning now.
function training(spec, change) {
  const bar = element("progress");
  bar.max = 1;
  bar.setAttribute("aria-label", "Progress of the training");
  const words = element("p", "words");
  words.setAttribute("role", "status");
  const row = element("div", "buttons");
  const root = element("div", "control training", row, bar, words);
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", spec.label);
  let drawn = "";
  return {
    root,
    update(next) {
      const wanted = JSON.stringify(next.buttons);
      if (wanted !== drawn) {
        const held = row.querySelector(":focus-visible");
        row.replaceChildren(...next.buttons.map(([key, word]) => button(word, word, () => change({ [next.key]: key }))));
        if (held) row.firstChild.focus(); // who works by keyboard stays where they are
        drawn = wanted;
      }
      // A running number would be read out without end.
      words.ariaLive = next.moving ? "off" : "polite";
      bar.hidden = next.part === null;
      bar.value = next.part ?? 0;
      setText(words, next.words);
    },
  };
}

// A small picture: drawn with a soft pen while the pointer is down (with Shift, or the right button, it rubs out); with
// the keys, arrows move and Space inks. Its value is one hexadecimal digit a pixel, row by row. Until something is drawn
// it shows another picture, by its number, that one can leaf through and draw over.
function pixels(spec, change) {
  serial += 1;
  const name = element("span", "label", spec.label);
  name.id = `control-${serial}`;
  const grid = element("div", "pixels");
  grid.setAttribute("role", "group");
  grid.setAttribute("aria-labelledby", name.id);
  const said = element("span", "said");
  const leaf = (by) => change({ [current.others]: ((current.other - 1 + by + current.last) % current.last) + 1 });
  const clear = button("Clear the drawing", "Clear", () => paint(() => 0, true), "quiet");
  const tools = element("div", "pixel-tools", button("The one before", "‹", () => leaf(-1)), said, button("The next one", "›", () => leaf(1)), clear);
  const root = element("div", "control pixel-control", name, grid, tools);
  let current = spec;
  let ink = [];
  let cells = [];
  let side = 0;
  let at = 0;
  let last = null; // where the pen was, in pixels, while it is down

  const show = () => {
    ink.forEach((value, i) => {
      cells[i].style.setProperty("--ink", value / spec.ink);
      cells[i].setAttribute("aria-label", `row ${Math.floor(i / side) + 1}, column ${(i % side) + 1}: ink ${value} of ${spec.ink}`);
      cells[i].tabIndex = i === at ? 0 : -1;
    });
  };
  const paint = (of, settled) => {
    ink = ink.map((value, i) => of(value, i % side, Math.floor(i / side)));
    show();
    change({ [current.key]: ink.map((value) => value.toString(16)).join("") }, settled);
  };
  const pen = (x, y, rubs) => {
    const from = last ?? { x, y };
    const points = Math.max(1, Math.ceil(Math.hypot(x - from.x, y - from.y) * 3));
    const away = (column, row) => {
      let nearest = Infinity;
      for (let n = 0; n <= points; n += 1) {
        const [px, py] = [from.x + ((x - from.x) * n) / points, from.y + ((y - from.y) * n) / points];
        nearest = Math.min(nearest, Math.hypot(column + 0.5 - px, row + 0.5 - py));
      }
      return nearest;
    };
    paint((value, column, row) => {
      const left = Math.round(spec.ink * Math.min(1, Math.max(0, 1.35 - away(column, row))));
      return rubs ? Math.min(value, spec.ink - left) : Math.max(value, left);
    }, false);
    last = { x, y };
  };
  const place = (event) => {
    const { left, top, width, height } = grid.getBoundingClientRect();
    return [((event.clientX - left) / width) * side, ((event.clientY - top) / height) * side];
  };
  const rubbing = (event) => event.shiftKey || event.buttons === 2;
  grid.addEventListener("contextmenu", (event) => event.preventDefault());
  grid.addEventListener("pointerdown", (event) => {
    grid.setPointerCapture(event.pointerId);
    last = null;
    pen(...place(event), rubbing(event));
  });
  grid.addEventListener("pointermove", (event) => last && pen(...place(event), rubbing(event)));
  const lift = () => {
    if (!last) return;
    last = null;
    paint((value) => value, true);
  };
  grid.addEventListener("pointerup", lift);
  grid.addEventListener("pointercancel", lift);
  grid.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -side, ArrowDown: side };
    if (event.key in moves) {
      const next = at + moves[event.key];
      const sideways = Math.abs(moves[event.key]) === 1;
      if (next >= 0 && next < ink.length && (!sideways || Math.floor(next / side) === Math.floor(at / side))) at = next;
      show();
      cells[at].focus();
    } else if (event.key === " " || event.key === "Enter") {
      paint((value, column, row) => (row * side + column === at ? (value > spec.ink / 2 ? 0 : spec.ink) : value), true);
    } else return;
    event.preventDefault();
    event.stopPropagation(); // these keys are the player's elsewhere
  });
  return {
    root,
    update(next, keep) {
      current = next;
      const wanted = Math.sqrt(next.value.length);
      if (wanted !== side) {
        side = wanted;
        at = 0;
        cells = Array.from(next.value, (_, i) => {
          const cell = button("", "");
          cell.addEventListener("focus", () => (at = i));
          return cell;
        });
        grid.style.setProperty("--side", side);
        grid.replaceChildren(...cells);
      }
      if (!keep && !last) {
        ink = Array.from(next.value, (digit) => parseInt(digit, 16));
        show();
      }
      setText(said, next.own ? "yours" : `no. ${next.other}`);
    },
  };
}
