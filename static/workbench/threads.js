import { Stream } from "../messages/stream.js";
import { Timeline } from "./timeline.js";

/** The conversations this page has read: a stream and its drawing each, kept so that switching is instant. */
export class Threads {
  #all = new Map();

  /** `ctx` is the renderer's; `history(conversation, more)` resolves to a page; `onChange(thread)` after anything that moves a row. */
  constructor({ box, ctx, history, onChange }) {
    Object.assign(this, { box, ctx, history, onChange });
  }

  get(conversation) {
    let thread = this.#all.get(conversation);
    if (!thread) {
      thread = new Thread(conversation, this);
      this.#all.set(conversation, thread);
      this.box.append(thread.timeline.node);
    }
    return thread;
  }

  has(conversation) {
    return this.#all.has(conversation);
  }

  names() {
    return [...this.#all.keys()];
  }

  /** What we have of each conversation, for `hello`. */
  cursors() {
    return Object.fromEntries([...this.#all].filter(([, thread]) => thread.isReady).map(([id, thread]) => [id, thread.stream.last]));
  }

  keepOnly(conversations) {
    for (const [id, thread] of this.#all) {
      if (conversations.has(id)) continue;
      thread.timeline.node.remove();
      this.#all.delete(id);
    }
  }

  /** After a reconnect: whatever could not be read is read now. */
  resume() {
    for (const thread of this.#all.values()) thread.resume();
  }
}

class Thread {
  isReady = false;
  hasMore = false;
  #loading = null;
  #early = [];
  #sorted = null; // rows only grow; what changes in one of them keeps its place

  constructor(conversation, { ctx, history, onChange }) {
    this.conversation = conversation;
    this.history = history;
    this.onChange = onChange;
    this.timeline = new Timeline(ctx, { onTop: () => this.loadOlder() });
    this.stream = new Stream({
      add: (entry, pending) => this.timeline.add(entry, pending),
      change: (entry) => this.timeline.change(entry),
      hole: (gap) => this.#fill(gap),
      settle: (clientId) => this.timeline.drop(clientId),
    });
  }

  /** Entries the page has, oldest first. */
  get entries() {
    if (this.#sorted?.length !== this.stream.rows.size) this.#sorted = [...this.stream.rows.values()].sort((a, b) => a.seq - b.seq);
    return this.isReady ? this.#sorted : null;
  }

  load() {
    if (this.isReady) return Promise.resolve();
    this.#loading ??= this.#first().finally(() => { this.#loading = null; });
    return this.#loading;
  }

  async #first() {
    this.timeline.loading(true);
    try {
      const page = await this.#history({});
      this.stream.start(page.entries);
      this.isReady = true;
      this.hasMore = page.has_more;
      this.stream.receive(this.#early.splice(0));
      this.timeline.started(this.hasMore);
      this.onChange(this);
    } catch (error) {
      if (error.message !== "closed") this.timeline.failed(() => this.load());
    }
  }

  receive(entries) {
    if (!this.isReady) return void this.#early.push(...entries);
    this.stream.receive(entries);
    this.onChange(this);
  }

  async loadOlder() {
    if (!this.isReady || !this.hasMore || this.#loading) return;
    this.#loading = this.#history({ before: this.stream.first }).then((page) => {
      this.hasMore = page.has_more;
      this.timeline.prepend(this.stream.prepend(page.entries), page.has_more);
      this.onChange(this);
    }).catch(() => {}).finally(() => { this.#loading = null; });
    await this.#loading;
  }

  /** To an entry that may be far above: history is read until it is here. */
  async goTo(seq) {
    while (this.isReady && this.stream.first > seq && this.hasMore) {
      const before = this.stream.first;
      await (this.#loading ?? this.loadOlder());
      if (this.stream.first === before) break; // no connection
    }
    this.timeline.reveal(seq);
  }

  resume() {
    if (!this.isReady) this.load();
  }

  /** Where nothing is pushed again after a reconnect: the newest page, and from there whatever is missing. */
  async catchUp() {
    const page = this.isReady && await this.#history({}).catch(() => null);
    if (page) this.receive(page.entries);
  }

  async #fill({ before }) {
    const page = await this.#history({ before }).catch(() => null);
    if (page) this.receive(page.entries);
  }

  async #history(more) {
    const result = await this.history(this.conversation, more);
    if (!result.ok) throw new Error(result.reason);
    return result;
  }
}
