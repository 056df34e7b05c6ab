// Words with the few tags that a figure's labels may carry, as nested spans of SVG text. No DOM in here.
//
// The result is a list of lines; a line is a list of parts; a part is a string or {style, dy, parts}. What is raised or
// lowered is followed by a span of no width that comes back to the line.

const STYLES = { b: "font-weight:bold", i: "font-style:italic", sub: "font-size:70%", sup: "font-size:70%", span: "" };
const RAISED = { sub: ["0.3em", "-0.21em"], sup: ["-0.6em", "0.42em"] };
const NAMED = { amp: "&", lt: "<", gt: ">", nbsp: "\u00a0" };
const NO_WIDTH = "\u200b";

const TAG = /^<(\/?)([a-z]+)(?: style="color:([^";]*)")?>$/;

const plain = (text) => text.replace(/&(amp|lt|gt|nbsp);/g, (_, name) => NAMED[name]);

// The lines, or null where there is a tag or an entity that is not known here.
export function lines(text) {
  const rows = [[]];
  const open = [{ name: "", parts: rows[0] }];
  for (const token of text.replace(/\r\n?|\n/g, " ").split(/(<[^<>]*>)/)) {
    if (token === "") continue;
    const [tag, closing, name, colour] = token.match(TAG) ?? [];
    if (tag === undefined) {
      if (token.startsWith("<") || /&(?!(amp|lt|gt|nbsp);)\w+;|&#/.test(token)) return null;
      open.at(-1).parts.push(plain(token));
    } else if (name === "br") {
      if (open.length > 1) return null; // a style that goes on over the end of a line
      rows.push([]);
      open[0].parts = rows.at(-1);
    } else if (!(name in STYLES)) {
      return null;
    } else if (closing) {
      if (open.pop().name !== name || open.length === 0) return null;
    } else {
      const span = { style: [colour && `fill:${colour}`, STYLES[name]].filter(Boolean).join(";"), parts: [] };
      const at = open.at(-1).parts;
      if (name in RAISED) at.push(NO_WIDTH, { ...span, dy: RAISED[name][0] }, { style: "", dy: RAISED[name][1], parts: [NO_WIDTH] });
      else at.push(span);
      open.push({ name, parts: span.parts });
    }
  }
  return open.length === 1 ? rows : null;
}
