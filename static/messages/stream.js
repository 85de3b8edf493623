import { applyEvent } from "./events.js";

/**
 * A conversation's entries, applied strictly by seq. Pure: it calls back and draws nothing.
 *
 * add(entry, pending)  a new row at the end; `pending` is the client_id whose bubble it replaces, or null
 * change(entry)        a row that is already there has changed (answered, recalled, voted on)
 * event(entry)         every entry that carries an event, after it was applied
 * hole({after, before}) entries are missing between these two; feed them to receive() when they come
 * settle(client_id)    a pending bubble was stored earlier than what we have: take it away
 */
export class Stream {
  constructor(callbacks) {
    this.callbacks = callbacks;
    this.reset();
  }

  reset() {
    this.first = null;
    this.last = 0;
    this.rows = new Map();
    this.pending = new Map();
    this.held = new Map();
  }

  /** The first window: nothing before it is missing, it is history. */
  start(entries, lastSeq = 0) {
    this.first = entries.length ? entries[0].seq : lastSeq + 1;
    this.last = this.first - 1;
    this.receive(entries);
    this.last = Math.max(this.last, entries.length ? this.last : lastSeq);
  }

  receive(entries) {
    for (const entry of entries) {
      if (entry.seq <= this.last) this.#settle(entry);
      else this.held.set(entry.seq, entry);
    }
    while (this.held.has(this.last + 1)) this.#apply(this.#take(this.last + 1));
    if (this.held.size) this.callbacks.hole?.({ after: this.last, before: Math.min(...this.held.keys()) });
  }

  /** Older entries from `history`; returns those that are new and not events, ascending. */
  prepend(entries) {
    const older = entries.filter((entry) => entry.seq < (this.first ?? Infinity));
    for (const entry of older) this.rows.set(entry.seq, entry);
    if (older.length) this.first = older[0].seq;
    return this.#withVotes(older);
  }

  addPending(entry) {
    this.pending.set(entry.client_id, entry);
  }

  dropPending(clientId) {
    return this.pending.delete(clientId);
  }

  /** A stored message does not know the votes on it: they are events that came later. */
  #withVotes(older) {
    const votes = [...this.rows.values()].filter((entry) => entry.event?.type === "answer.voted");
    for (const { event } of votes.sort((a, b) => a.seq - b.seq)) {
      const at = older.findIndex((entry) => entry.seq === event.target);
      if (at >= 0) this.rows.set(event.target, older[at] = applyEvent(older[at], event));
    }
    return older;
  }

  #take(seq) {
    const entry = this.held.get(seq);
    this.held.delete(seq);
    return entry;
  }

  #apply(entry) {
    this.last = entry.seq;
    this.rows.set(entry.seq, entry);
    const clientId = entry.client_id && this.pending.delete(entry.client_id) ? entry.client_id : null;
    if (entry.event) this.#applyEvent(entry);
    if (entry.elem || entry.recalled) this.callbacks.add?.(entry, clientId);
  }

  #applyEvent(entry) {
    const target = this.rows.get(entry.event.target);
    if (target) {
      const changed = applyEvent(target, entry.event);
      this.rows.set(changed.seq, changed);
      this.callbacks.change?.(changed);
    }
    this.callbacks.event?.(entry);
  }

  #settle(entry) {
    if (entry.client_id && this.pending.delete(entry.client_id)) this.callbacks.settle?.(entry.client_id);
  }
}
