// The kinds of nodes: click one to add it in the middle, or drag it into the picture.
import { h } from "../../messages/dom.js";
import { addNode } from "./edits.js";
import { KIND } from "./hands.js";
import { symbol } from "./nodes.js";

export function makePalette({ model, shape, words, canvas }) {
  const buttons = [...shape.kinds.values()].map((kind) => h("button", {
    class: "fe-kind", type: "button", draggable: "true", title: kind.hint, "aria-label": words("add", { kind: kind.label }), data: { step: kind.step, tone: kind.tone },
    onclick: () => add(kind.step),
    ondragstart: (event) => event.dataTransfer.setData(KIND, kind.step),
  }, symbol(kind.icon), h("span", {}, kind.label)));

  // Beside what is there: not on top of another node.
  function add(step) {
    let { x, y } = canvas.view.middle;
    const isTaken = () => model.graph.nodes.some((node) => Math.abs(node.x - (x - 110)) < 30 && Math.abs(node.y - (y - 40)) < 30);
    while (isTaken()) [x, y] = [x + 36, y + 36];
    addNode(model, shape, step, x - 110, y - 40);
  }

  return h("div", { class: "fe-palette", role: "group", "aria-label": words("nodes") }, h("p", { class: "fe-hint" }, words("addHint")), buttons);
}
