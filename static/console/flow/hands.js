// Pointer and wheel on the picture: pan, zoom, drag a node, drag from a port to connect, drop a kind of node.
import { addNode, link, move } from "./edits.js";
import { drawLoose, dropLoose, portPoint } from "./edges.js";

const STILL = 4; // px: less is a click
export const KIND = "application/x-flow-kind";

export function watchHands(canvas) {
  const { element, view, model } = canvas;
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const port = event.target.closest("[data-port]");
    const card = event.target.closest(".fe-node");
    if (port) dragPort(canvas, event, card.dataset.id, port.dataset.port);
    else if (card) dragNode(canvas, event, card);
    else dragView(canvas, event);
  });
  element.addEventListener("focusin", (event) => {
    const card = event.target.closest(".fe-node");
    if (card && card.dataset.id !== model.chosen) model.choose(card.dataset.id);
  });
  element.addEventListener("wheel", (event) => {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) view.zoomBy(Math.exp(-event.deltaY / 300), event.clientX, event.clientY);
    else view.panBy(-event.deltaX, -event.deltaY);
  }, { passive: false });
  element.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes(KIND)) event.preventDefault();
  });
  element.addEventListener("drop", (event) => {
    const step = event.dataTransfer.getData(KIND);
    if (!step) return;
    event.preventDefault();
    const at = view.toWorld(event.clientX, event.clientY);
    addNode(model, canvas.shape, step, at.x - 110, at.y - 20);
  });
}

const isStill = (from, to) => Math.hypot(to.clientX - from.clientX, to.clientY - from.clientY) < STILL;

// Follows one pointer until it is let go; `done(event)` is not called when the browser takes it away.
function follow(canvas, event, moved, done, dropped = () => {}) {
  const { element } = canvas;
  event.preventDefault();
  element.setPointerCapture(event.pointerId);
  const stop = new AbortController();
  const listen = (name, act) => element.addEventListener(name, (next) => {
    if (next.pointerId === event.pointerId) act(next);
  }, { signal: stop.signal });
  listen("pointermove", moved);
  listen("pointerup", (next) => { stop.abort(); done(next); });
  listen("pointercancel", () => { stop.abort(); dropped(); });
}

function dragView(canvas, event) {
  let [x, y] = [event.clientX, event.clientY];
  canvas.element.focus({ preventScroll: true });
  follow(canvas, event, (next) => {
    canvas.view.panBy(next.clientX - x, next.clientY - y);
    [x, y] = [next.clientX, next.clientY];
  }, (next) => {
    if (isStill(event, next)) canvas.model.choose("");
  });
}

function dragNode(canvas, event, card) {
  const { id } = card.dataset;
  const grip = canvas.view.toWorld(event.clientX, event.clientY);
  const [left, top] = [card.offsetLeft, card.offsetTop];
  const placeOf = (next) => {
    const at = canvas.view.toWorld(next.clientX, next.clientY);
    return [left + at.x - grip.x, top + at.y - grip.y];
  };
  follow(canvas, event, (next) => { if (!isStill(event, next)) canvas.place(id, ...placeOf(next)); }, (next) => {
    if (!isStill(event, next)) move(canvas.model, id, ...placeOf(next));
    canvas.card(id)?.focus({ preventScroll: true });
    canvas.model.choose(id);
  }, () => canvas.draw());
}

function dragPort(canvas, event, id, key) {
  const from = portPoint(canvas.card(id), key);
  const over = (next) => document.elementFromPoint(next.clientX, next.clientY)?.closest(".fe-node");
  const mark = (card) => {
    canvas.layer.querySelectorAll("[data-over]").forEach((one) => delete one.dataset.over);
    if (card) card.dataset.over = "true";
  };
  follow(canvas, event, (next) => {
    drawLoose(canvas.edges, from, canvas.view.toWorld(next.clientX, next.clientY));
    mark(over(next));
  }, (next) => {
    dropLoose(canvas.edges);
    mark(null);
    const target = over(next);
    if (!isStill(event, next)) link(canvas.model, id, key, target ? target.dataset.id : "");
    canvas.model.choose(id);
  }, () => { dropLoose(canvas.edges); mark(null); });
}
