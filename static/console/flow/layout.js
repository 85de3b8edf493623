// Auto-layout: a column per distance from the start, in the order in which ways lead there.
const COLUMN = 290, GAP = 36, TOP = 40, LEFT = 40;

/** A map from node id to {x, y}. `height(id)` is how tall a node is drawn. */
export function arranged(graph, shape, height) {
  const rank = ranks(graph, shape);
  const columns = new Map();
  for (const id of rank.keys()) columns.set(rank.get(id), [...(columns.get(rank.get(id)) ?? []), id]);
  const places = new Map();
  for (const [column, ids] of [...columns].sort(([a], [b]) => a - b)) {
    let y = TOP;
    for (const id of ids) {
      places.set(id, { x: LEFT + column * COLUMN, y });
      y += height(id) + GAP;
    }
  }
  return places;
}

// Breadth first from the start, then whatever the way to a human and lost nodes reach; insertion order is drawing order.
function ranks(graph, shape) {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const rank = new Map();
  const roots = [graph.start, graph.human, ...nodes.keys()].filter((id) => nodes.has(id));
  for (const root of roots) {
    const todo = rank.has(root) ? [] : [[root, 0]];
    while (todo.length) {
      const [id, column] = todo.shift();
      if (rank.has(id)) continue;
      rank.set(id, column);
      for (const port of shape.ports(nodes.get(id))) {
        if (nodes.has(port.target) && !port.isBack) todo.push([port.target, column + 1]);
      }
    }
  }
  return rank;
}
