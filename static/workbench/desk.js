import { applyEntries } from "./rows.js";

/**
 * What the agent has on his desk: status, queues, rows of 服务中 and 已结束, and which row is open.
 *
 * Events: "offers", "offered" (detail: a new offer), "changed" (rows or open row), "status", "queues", "left", "internal", "arrived" (detail: a new row being served),
 * "opened" (detail: row or null), "said" (detail: {row, entry} of a visitor's message).
 */
export class Desk extends EventTarget {
  member = null;
  status = null;
  queues = [];
  left = { count: 0, mark: null }; // 留言
  internal = { unread: 0, mentions: 0 }; // 内部会话
  offers = []; // sessions to be accepted; `until` is their end on this clock
  serving = [];
  ended = [];
  open = null; // session id
  fresh = new Set(); // session ids that arrived and were not opened yet
  #known = null;

  constructor(storage) {
    super();
    this.storage = storage;
  }

  get rows() {
    return [...this.serving, ...this.ended];
  }

  get openRow() {
    return this.row(this.open);
  }

  row(session) {
    return this.rows.find((row) => row.session.id === session) ?? null;
  }

  rowsOf(conversation) {
    return this.rows.filter((row) => row.conversation === conversation);
  }

  get unread() {
    return this.serving.reduce((sum, row) => sum + row.unread, 0);
  }

  applySnapshot(frame) {
    const before = new Map(this.rows.map((row) => [row.session.id, row]));
    this.member = frame.member;
    this.queues = frame.queues ?? [];
    this.#offer(frame.offers ?? []);
    this.serving = newer(frame.serving ?? [], before);
    this.ended = newer(frame.ended ?? [], before);
    this.#setStatus(frame.status);
    this.#emit("queues");
    this.left = frame.left ?? this.left;
    this.#emit("left");
    this.internal = frame.internal ?? this.internal;
    this.#emit("internal");
    this.#welcome();
    if (this.open && !this.openRow) this.openSession(null);
    this.#emit("changed");
  }

  applyFrame(frame) {
    const rows = this.rowsOf(frame.conversation);
    if (frame.op === "presence") for (const row of rows) row.visitor.online = frame.online;
    else if (frame.op === "read") for (const row of rows) row.visitor_read_seq = Math.max(row.visitor_read_seq, frame.seq);
    else return;
    this.#emit("changed");
  }

  /** Entries that are new in a conversation: previews, counters, ends. */
  applyEntries(conversation, entries, strings) {
    const rows = this.rowsOf(conversation);
    for (const said of applyEntries(rows, entries, strings)) this.#emit("said", said);
    const over = this.serving.filter((row) => row.session.state === "ended");
    if (over.length) {
      this.serving = this.serving.filter((row) => row.session.state !== "ended");
      this.ended = [...over, ...this.ended];
    }
    if (rows.length) this.#emit("changed");
  }

  /** Calls `then` once the session is on the lists: its row comes with the next snapshot. */
  whenServed(session, then) {
    const look = () => {
      if (!this.row(session)) return;
      this.removeEventListener("changed", look);
      then(session);
    };
    this.addEventListener("changed", look);
    look();
  }

  openSession(session) {
    if (this.open === session) return;
    this.open = session;
    this.fresh.delete(session);
    this.storage.setItem("workbench.open", session ?? "");
    this.#emit("opened", this.openRow);
    this.#emit("changed");
  }

  markRead(row, seq) {
    if (seq <= row.read_seq && !row.unread) return false;
    for (const each of this.rowsOf(row.conversation)) {
      each.read_seq = Math.max(each.read_seq, seq);
      each.unread = 0;
    }
    this.#emit("changed");
    return true;
  }

  drop(sessions) {
    const next = this.#nextAfter(sessions);
    this.ended = this.ended.filter((row) => !sessions.has(row.session.id));
    if (sessions.has(this.open)) this.openSession(next);
    this.#emit("changed");
  }

  dropOffer(session) {
    this.#offer(this.offers.filter((offer) => offer.session !== session));
  }

  #offer(offers) {
    const known = new Map(this.offers.map((offer) => [offer.session, offer]));
    this.offers = offers.map((offer) => ({ ...offer, until: offer.until ?? (offer.left_seconds === null ? null : Date.now() + offer.left_seconds * 1000) }));
    this.#emit("offers");
    for (const offer of this.offers) if (!known.has(offer.session)) this.#emit("offered", offer);
  }

  changeStatus(status) {
    this.#setStatus({ ...this.status, ...status });
  }

  #setStatus(status) {
    this.status = status;
    this.#emit("status");
  }

  #welcome() {
    const ids = new Set(this.rows.map((row) => row.session.id));
    const arrived = this.#known ? this.serving.filter((row) => !this.#known.has(row.session.id)) : [];
    this.#known = ids;
    for (const row of arrived) {
      if (row.session.id !== this.open) this.fresh.add(row.session.id);
      this.#emit("arrived", row);
    }
    for (const id of this.fresh) if (!ids.has(id)) this.fresh.delete(id);
  }

  #nextAfter(sessions) {
    const rows = this.rows;
    const at = rows.findIndex((row) => row.session.id === this.open);
    const left = rows.filter((row, index) => index > at && !sessions.has(row.session.id));
    return left[0]?.session.id ?? this.serving[0]?.session.id ?? null;
  }

  #emit(type, detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

// A snapshot read just before an entry was committed must not turn its row back.
function newer(rows, before) {
  return rows.map((row) => {
    const old = before.get(row.session.id);
    if (!old) return row;
    const late = old.last_seq > row.last_seq;
    const shown = late ? { last_seq: old.last_seq, preview: old.preview, last_at: old.last_at } : {};
    const read = Math.max(old.read_seq, row.read_seq);
    return { ...row, ...shown, read_seq: read, visitor_read_seq: Math.max(old.visitor_read_seq, row.visitor_read_seq),
      unread: late || (read > row.read_seq && read >= row.last_seq) ? old.unread : row.unread };
  });
}
