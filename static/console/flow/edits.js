// What one can do to a flow, each one step of undo.
import { connect, freshId } from "./shape.js";

export function addNode(model, shape, step, x, y) {
  const node = shape.blank(step, freshId(model.graph, step), Math.round(x), Math.round(y));
  model.change((graph) => {
    graph.nodes.push(node);
    if (!graph.start) graph.start = node.id;
  });
  model.choose(node.id, { isNew: true });
  return node;
}

/** Ways that led to it lead nowhere afterwards. */
export function removeNode(model, shape, id) {
  model.change((graph) => {
    graph.nodes = graph.nodes.filter((node) => node.id !== id);
    for (const node of graph.nodes) {
      for (const port of shape.ports(node)) if (port.target === id) connect(node, port.key, "");
    }
    if (graph.start === id) graph.start = "";
    if (graph.human === id) graph.human = "";
  });
  model.choose("");
}

export function duplicateNode(model, shape, id) {
  const copy = structuredClone(model.node(id));
  const title = shape.words("copyOf", { name: shape.name(copy) });
  Object.assign(copy, { id: freshId(model.graph, copy.step), x: copy.x + 40, y: copy.y + 60, title: [...title].slice(0, 60).join("") });
  model.change((graph) => graph.nodes.push(copy));
  model.choose(copy.id);
}

export function link(model, id, key, target) {
  model.change((graph) => connect(graph.nodes.find((node) => node.id === id), key, target));
}

export function move(model, id, x, y, key = "") {
  model.change((graph) => Object.assign(graph.nodes.find((node) => node.id === id), { x: Math.round(x), y: Math.round(y) }), { key, from: "move" });
}
