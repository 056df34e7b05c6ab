// The few lines of DOM that every part of the stage needs.

export function element(tag, className = "", ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

// Setting the same text again would make screen readers repeat it and cost a layout.
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function button(label, text, action, className = "") {
  const node = element("button", className, text);
  node.type = "button";
  if (label !== text) node.setAttribute("aria-label", label);
  if (label !== text) node.title = label;
  node.addEventListener("click", action);
  return node;
}

export function save(name, blob) {
  const link = element("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
