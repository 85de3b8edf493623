// The keyboard: arrows move the chosen node (or the view), Delete removes, the usual keys undo, redo, duplicate and save.
import { duplicateNode, move, removeNode } from "./edits.js";

const STEP = 20;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function watchKeys(canvas, bindings) {
  canvas.element.addEventListener("keydown", (event) => {
    const { model, shape, view } = canvas;
    const node = model.chosenNode;
    if (event.key in ARROWS && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      const [dx, dy] = ARROWS[event.key];
      if (node) move(model, node.id, node.x + dx * STEP, node.y + dy * STEP, `keys ${node.id}`);
      else view.panBy(-dx * 60, -dy * 60);
    } else if ((event.key === "Delete" || event.key === "Backspace") && node) {
      event.preventDefault();
      removeNode(model, shape, node.id);
      canvas.element.focus();
    } else if (event.key === "Escape") {
      model.choose("");
      canvas.element.focus();
    } else if (event.key === "Enter" && node) {
      bindings.edit();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const isTyping = event.target.closest("input, textarea, select, dialog");
    if (key === "s") act(event, bindings.save);
    else if (isTyping) return;
    else if (key === "z") act(event, () => (event.shiftKey ? canvas.model.redo() : canvas.model.undo()));
    else if (key === "y") act(event, () => canvas.model.redo());
    else if (key === "d" && canvas.model.chosenNode) act(event, () => duplicateNode(canvas.model, canvas.shape, canvas.model.chosen));
  });
}

function act(event, what) {
  event.preventDefault();
  what();
}
