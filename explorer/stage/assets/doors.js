// Doors: ways to other pages of the same visit. They are drawn with the view, so that no hand is faster than they are.
import { element, setText } from "./dom.js";

// Gone through like one of the app's own links: the visit goes on, with what was set.
function go(event, link) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return; // a tab of its own
  event.preventDefault();
  history.pushState(history.state, "", link.href);
  dispatchEvent(new PopStateEvent("popstate", { state: history.state }));
}

function door(spec) {
  const words = element("strong");
  setText(words, spec.label);
  const link = element("a", "door", spec.lead, words);
  link.href = new URL(spec.page, document.baseURI).href;
  link.title = spec.help;
  link.addEventListener("click", (event) => go(event, link));
  return link;
}

export function renderDoors(root, doors) {
  const wanted = JSON.stringify(doors);
  if (root.dataset.drawn === wanted) return;
  root.dataset.drawn = wanted;
  root.hidden = doors.length === 0;
  root.replaceChildren(
    ...doors.map(({ caption, ways }) => element("div", "ways", ...(caption ? [element("p", "ways-caption", caption)] : []), ...ways.map(door))),
  );
}
