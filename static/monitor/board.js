/**
 * What goes on right now, as the server's `monitor` frames tell it. Pure but for its clock.
 *
 * Events: "changed" after every frame.
 */
export class Board extends EventTarget {
  counts = { waiting: 0, serving: 0, flow: 0, at_risk: 0 };
  today = {};
  queues = [];
  total = 0;
  page = 1;
  pages = 1;
  isKnown = false;
  #sessions = { rows: new Map(), order: [] };
  #agents = { rows: new Map(), order: [] };
  #ahead = 0; // ms that the server's clock is ahead of this one

  get sessions() {
    return inOrder(this.#sessions);
  }

  get agents() {
    return inOrder(this.#agents);
  }

  session(id) {
    return this.#sessions.rows.get(id) ?? null;
  }

  /** The server's clock. */
  now() {
    return Date.now() + this.#ahead;
  }

  apply(frame) {
    this.#ahead = frame.at - Date.now();
    for (const name of ["counts", "today", "queues"]) if (frame[name]) this[name] = frame[name];
    if (frame.sessions) {
      for (const name of ["total", "page", "pages"]) this[name] = frame.sessions[name];
      take(this.#sessions, frame.whole ? whole(frame.sessions.rows, "session") : frame.sessions, "session");
    }
    if (frame.agents) take(this.#agents, frame.whole ? whole(frame.agents, "id") : frame.agents, "id");
    this.isKnown = true;
    this.dispatchEvent(new Event("changed"));
  }
}

function whole(rows, key) {
  return { rows, order: rows.map((row) => row[key]) };
}

function take(kept, { rows, order }, key) {
  for (const row of rows) kept.rows.set(row[key], row);
  if (!order) return;
  kept.order = order;
  const named = new Set(order);
  for (const id of kept.rows.keys()) if (!named.has(id)) kept.rows.delete(id);
}

function inOrder({ rows, order }) {
  return order.map((id) => rows.get(id)).filter(Boolean);
}
