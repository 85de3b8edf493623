// One node of the picture: a card with its name, what it says, and a port for every way out.
import { h } from "../../messages/dom.js";

export const symbol = (name) => h("span", { class: "material-symbols-outlined", "aria-hidden": "true" }, name);

export function drawNode(node, { shape, graph, words, problems, isChosen, trail }) {
  const kind = shape.kind(node);
  const ports = shape.ports(node);
  const count = problems.filter((problem) => problem.node === node.id && !problem.warning).length;
  const card = h("div", {
    class: "fe-node", tabindex: "0", role: "group", "aria-label": spoken(node, ports, { shape, graph, words, count }),
    data: { id: node.id, tone: kind.tone, chosen: isChosen, wrong: count > 0, trail: trail ?? "" },
  },
  h("div", { class: "fe-node__head" }, symbol(kind.icon), h("span", { class: "fe-node__name" }, shape.name(node)),
    graph.start === node.id ? h("span", { class: "fe-tag" }, words("start")) : null,
    graph.human === node.id ? h("span", { class: "fe-tag" }, words("human")) : null,
    count ? h("span", { class: "fe-node__wrong", title: words("problemsOf", { n: count }) }, String(count)) : null),
  h("p", { class: "fe-node__text" }, shape.summary(node)),
  ports.length ? h("ul", { class: "fe-node__ports" }, ports.map((port) => drawPort(node, port, { shape, words }))) : null);
  card.style.left = `${node.x}px`;
  card.style.top = `${node.y}px`;
  return card;
}

function drawPort(node, port, { shape, words }) {
  const name = words("port", { node: shape.name(node), way: port.label });
  return h("li", { class: "fe-way", data: { open: !port.target, optional: Boolean(port.isOptional || port.isBack) } },
    h("span", { class: "fe-way__label" }, port.label),
    h("span", { class: "fe-port", role: "img", "aria-label": name, title: words("portHint"), data: { port: port.key } }));
}

function spoken(node, ports, { shape, graph, words, count }) {
  const target = (id) => {
    const found = graph.nodes.find((one) => one.id === id);
    return found ? words("leadsTo", { node: shape.name(found) }) : words("nowhere");
  };
  const ways = ports.map((port) => `${port.label} ${target(port.target)}`);
  return [`${shape.kind(node).label}: ${shape.name(node)}`, ...ways, count ? words("problemsOf", { n: count }) : ""].filter(Boolean).join(", ");
}
