// The card of what is selected, the question to predict before the reveal, the proof line.
import { button, element, setText } from "./dom.js";

export function renderCard(root, card, change) {
  root.classList.toggle("late", Boolean(card?.late));
  if (card?.late) return; // it stays as it was
  root.hidden = !card;
  if (!card) return;
  const blocks = card.blocks;
  const shape = blocks.map((b) => `${b.kind}${b.rows?.length ?? ""}${b.options ?? ""}`).join();
  if (root.dataset.shape !== shape) {
    root.dataset.shape = shape;
    root.replaceChildren(element("h2"), ...blocks.map((block) => make[block.kind](block, change)));
  }
  setText(root.firstChild, card.title);
  blocks.forEach((block, i) => update[block.kind](root.children[i + 1], block));
}

export const make = {
  equation: () => element("div", "equation", element("div", "symbols"), element("div", "source"), element("div", "numbers")),
  text: () => element("p"),
  heading: () => element("h3"),
  rows(block) {
    const rows = block.rows.map(() => element("tr", "", element("th"), element("td")));
    return element("table", "", element("tbody", "", ...rows));
  },
  tabs(block, change) {
    const tabs = block.options.map(([key, word]) => button(word, word, () => change({ [block.key]: key })));
    const root = element("div", "tabs", ...tabs);
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", block.label);
    return root;
  },
};

export const update = {
  equation(node, block) {
    const [symbols, source, numbers] = node.children;
    // MathML that the server wrote from its own LaTeX; no text of the user's is in it.
    if (symbols.dataset.drawn !== block.mathml) {
      symbols.innerHTML = block.mathml;
      symbols.dataset.drawn = block.mathml;
    }
    setText(source, block.source && `(${block.source})`);
    setText(numbers, block.numbers);
  },
  text: (node, block) => setText(node, block.text),
  heading: (node, block) => setText(node, block.text),
  rows(node, block) {
    block.rows.forEach(([label, value, colour], i) => {
      const row = node.firstChild.children[i];
      setText(row.firstChild, label);
      setText(row.lastChild, value);
      row.lastChild.style.color = colour ?? "";
    });
  },
  tabs(node, block) {
    block.options.forEach(([key], i) => node.children[i].setAttribute("aria-pressed", String(key === block.value)));
  },
};

export function renderQuestion(root, question, change) {
  root.hidden = !question;
  if (!question) return;
  const key = JSON.stringify(question);
  if (root.dataset.drawn === key) return;
  root.dataset.drawn = key;
  root.replaceChildren(element("span", "ask", question.ask));
  if (question.revealed) {
    root.append(element("span", "answer", question.answer), button("Hide", "Hide", () => change({ revealed: false }), "quiet"));
  } else {
    root.append(element("span", "options", question.options.join(" · ")), button("Reveal", "Reveal", () => change({ revealed: true })));
  }
}

export function renderProof(root, proof) {
  root.hidden = !proof;
  if (!proof) return;
  root.classList.toggle("good", proof.state === "done" && proof.agrees);
  root.classList.toggle("bad", proof.state === "done" && !proof.agrees);
  if (root.childElementCount !== 2) root.replaceChildren(element("strong"), element("span"));
  setText(root.firstChild, proof.text);
  setText(root.lastChild, proof.detail);
}
