// Messages on their way: kept in localStorage, sent strictly in order, one at a time, each under one client_id for ever.
import { newId } from "./ids.js";

const ECHO_WITHIN = 10_000;
const MOST = 100;

export class Outbox {
  /** post(item) -> bool sends; show(item), failed(item) and gone(item) draw. */
  constructor({ store, post, show, failed, gone }) {
    Object.assign(this, { store, post, show, failed, gone, items: [], mine: new Set(), open: false });
    this.load();
  }

  /** What an earlier page of this visitor left behind, before what waits here. */
  load() {
    const kept = (this.store.load("outbox") ?? []).filter((item) => !this.mine.has(item.client_id));
    this.items = [...kept, ...this.items].slice(-MOST);
    for (const item of kept) this.mine.add(item.client_id);
  }

  /** Another visitor: nothing of the former one's goes out. */
  clear() {
    this.items = [];
    this.mine.clear();
  }

  /** Resolves when nothing is on its way, after `ms` at the latest. */
  async idle(ms) {
    const end = Date.now() + ms;
    while (this.flying && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
  }

  /** Keeps what waits in the store of now: the visitor logged in. */
  keep() {
    if (this.items.length) this.#save();
  }

  /** Draws what an earlier page left behind. */
  restore() {
    this.items.forEach((item) => this.show(item));
  }

  add(elem, clientId = newId()) {
    const item = { client_id: clientId, elem, at: Date.now() };
    this.items.push(item);
    this.mine.add(clientId);
    this.#save();
    this.show(item);
    this.#next();
    return item;
  }

  /** Connected and up to date (true), or not (false). */
  ready(open) {
    this.open = open;
    this.flying = null;
    clearTimeout(this.timer);
    if (open) this.#next();
  }

  /** The echo came: it is stored. */
  stored(clientId) {
    this.#remove(clientId);
    this.#landed(clientId);
  }

  refused(clientId, reason) {
    const item = this.items.find((each) => each.client_id === clientId);
    if (!item) return false;
    item.reason = reason;
    item.failed = true;
    this.#save();
    this.failed(item);
    this.#landed(clientId);
    return true;
  }

  resend(clientId) {
    const item = this.#remove(clientId);
    if (!item) return;
    this.gone(item);
    this.items.push({ client_id: clientId, elem: item.elem, at: Date.now() });
    this.#save();
    this.show(this.items.at(-1));
    this.#next();
  }

  #next() {
    if (!this.open || this.flying) return;
    const item = this.items.find((each) => !each.failed);
    if (!item || !this.post(item)) return;
    this.flying = item.client_id;
    this.timer = setTimeout(() => this.#landed(item.client_id), ECHO_WITHIN); // same id again: harmless
  }

  #landed(clientId) {
    if (this.flying !== clientId) return;
    clearTimeout(this.timer);
    this.flying = null;
    this.#next();
  }

  #remove(clientId) {
    const item = this.items.find((each) => each.client_id === clientId);
    this.items = this.items.filter((each) => each !== item);
    if (item) this.#save();
    return item;
  }

  #save() {
    const others = (this.store.load("outbox") ?? []).filter((item) => !this.mine.has(item.client_id)); // another tab's
    this.store.save("outbox", [...others, ...this.items].slice(-MOST));
  }
}
