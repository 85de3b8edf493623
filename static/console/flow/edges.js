// The arrows: one path per connected way out, from its port to the left edge of its target.
const SVG = "http://www.w3.org/2000/svg";
const ENTRY = 20; // px below the top of a node, where arrows end

function make(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** The drawing below the nodes, with its arrow heads. */
export function makeEdges() {
  const svg = make("svg", { class: "fe-edges", "aria-hidden": "true", width: 1, height: 1 });
  const defs = make("defs", {});
  for (const look of ["plain", "chosen", "trail"]) {
    const marker = make("marker", { id: `fe-arrow-${look}`, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 9, markerHeight: 9, orient: "auto-start-reverse", class: `fe-arrow fe-arrow--${look}` });
    marker.append(make("path", { d: "M0 0 8 4 0 8z" }));
    defs.append(marker);
  }
  svg.append(defs);
  return svg;
}

export function curve(from, to) {
  const reach = to.x > from.x + 40 ? Math.max(40, (to.x - from.x) / 2) : 90 + Math.abs(to.y - from.y) / 6;
  return `M${from.x} ${from.y}C${from.x + reach} ${from.y} ${to.x - reach} ${to.y} ${to.x} ${to.y}`;
}

/** Where a port's arrow begins, in world coordinates. */
export function portPoint(card, key) {
  const port = card?.querySelector(`[data-port="${CSS.escape(key)}"]`);
  if (!port) return null;
  let [x, y] = [port.offsetLeft + port.offsetWidth / 2, port.offsetTop + port.offsetHeight / 2];
  for (let at = port.offsetParent; at && at !== card.offsetParent; at = at.offsetParent) {
    x += at.offsetLeft;
    y += at.offsetTop;
  }
  return { x, y };
}

export function entryPoint(card) {
  return { x: card.offsetLeft, y: card.offsetTop + ENTRY };
}

export function drawEdges(svg, graph, shape, cardOf, { chosen, trail }) {
  const paths = [];
  for (const node of graph.nodes) {
    for (const port of shape.ports(node)) {
      const from = port.target && portPoint(cardOf(node.id), port.key);
      const target = port.target && cardOf(port.target);
      if (!from || !target) continue;
      const isTrail = trail.has(`${node.id}>${port.target}`);
      const look = isTrail ? "trail" : node.id === chosen || port.target === chosen ? "chosen" : "plain";
      paths.push(make("path", { d: curve(from, entryPoint(target)), class: `fe-edge fe-edge--${look}${port.isBack ? " fe-edge--back" : ""}`, "marker-end": `url(#fe-arrow-${look})` }));
    }
  }
  svg.querySelectorAll(".fe-edge").forEach((path) => path.remove());
  svg.append(...paths);
}

export function drawLoose(svg, from, to) {
  dropLoose(svg);
  svg.append(make("path", { d: curve(from, to), class: "fe-loose" }));
}

export function dropLoose(svg) {
  svg.querySelector(".fe-loose")?.remove();
}
