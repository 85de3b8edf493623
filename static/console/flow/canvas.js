// The picture: draws nodes and arrows whenever the flow changes.
import { h } from "../../messages/dom.js";
import { drawEdges, makeEdges } from "./edges.js";
import { watchHands } from "./hands.js";
import { watchKeys } from "./keys.js";
import { arranged } from "./layout.js";
import { drawNode } from "./nodes.js";
import { View } from "./view.js";

export const READABLE = 0.7; // smaller, texts are only shapes

export class Canvas {
  problems = [];
  trail = []; // ids that the test run walked
  #cards = new Map();

  constructor({ model, shape, words, bindings }) {
    Object.assign(this, { model, shape, words });
    this.edges = makeEdges();
    this.layer = h("div", { class: "fe-nodes" });
    this.world = h("div", { class: "fe-world" }, this.edges, this.layer);
    this.element = h("div", { class: "fe-canvas", role: "region", tabindex: "0", "aria-label": words("canvas") }, this.world);
    this.view = new View(this.element, this.world);
    watchHands(this);
    watchKeys(this, bindings);
    model.addEventListener("changed", () => this.draw());
    model.addEventListener("chosen", () => this.#showChosen());
    new ResizeObserver(() => this.#drawEdges()).observe(this.element);
  }

  card(id) {
    return this.#cards.get(id) ?? null;
  }

  box(id) {
    const card = this.card(id);
    return card && { x: card.offsetLeft, y: card.offsetTop, width: card.offsetWidth, height: card.offsetHeight };
  }

  draw() {
    const focused = document.activeElement?.closest?.(".fe-node")?.dataset.id;
    this.#cards.clear();
    const { model: { graph, chosen }, shape, words, problems } = this;
    const last = this.trail.at(-1);
    for (const node of graph.nodes) {
      const trail = node.id === last ? "here" : this.trail.includes(node.id) ? "walked" : "";
      this.#cards.set(node.id, drawNode(node, { shape, graph, words, problems, isChosen: node.id === chosen, trail }));
    }
    this.layer.replaceChildren(...this.#cards.values());
    if (focused) this.card(focused)?.focus({ preventScroll: true });
    this.#drawEdges();
  }

  showProblems(problems) {
    this.problems = problems;
    this.draw();
  }

  showTrail(ids) {
    this.trail = ids;
    this.draw();
    const box = ids.length && this.box(ids.at(-1));
    if (box) this.view.reveal(box);
  }

  /** While a node is dragged: only it and the arrows move. */
  place(id, x, y) {
    Object.assign(this.card(id).style, { left: `${x}px`, top: `${y}px` });
    this.#drawEdges();
  }

  fit(least) {
    this.view.fit(this.model.graph.nodes.map((node) => this.box(node.id)), least);
  }

  arrange() {
    const places = arranged(this.model.graph, this.shape, (id) => this.box(id).height);
    this.model.change((graph) => graph.nodes.forEach((node) => Object.assign(node, places.get(node.id))));
    this.fit(READABLE);
  }

  #showChosen() {
    for (const [id, card] of this.#cards) card.dataset.chosen = id === this.model.chosen;
    this.#drawEdges();
    const box = this.box(this.model.chosen);
    if (box) this.view.reveal(box);
  }

  #drawEdges() {
    const trail = new Set(this.trail.slice(1).map((id, n) => `${this.trail[n]}>${id}`));
    drawEdges(this.edges, this.model.graph, this.shape, (id) => this.card(id), { chosen: this.model.chosen, trail });
  }
}
