// Messages on their way: shown at once, sent in order, kept until the server has them under the same client_id.
import { text } from "../messages/dom.js";
import { newId } from "../webchat/client/ids.js";
import { upload } from "./uploads.js";

export class Outbox {
  #items = [];
  #busy = new Set();

  /** `frame(item)` is the request that posts it; `key` where they are kept over a reload; what is in no list of the
   *  agent's now (`isListed`) waits: after a long absence its session may come back out of the queue. */
  constructor({ link, threads, storage, strings, config, member, key, frame, isListed = () => true }) {
    Object.assign(this, { link, threads, storage, strings, config, member, key, frame, isListed });
    this.#items = JSON.parse(storage.getItem(key) ?? "[]").filter((item) => item.member === member.id);
  }

  /** Bubbles for what an earlier page left behind. */
  restore(conversation) {
    const thread = this.threads.get(conversation);
    for (const item of this.#items) {
      if (item.conversation !== conversation || thread.stream.pending.has(item.client_id)) continue;
      this.#draw(item);
    }
  }

  post(conversation, session, elem, file = null) {
    const item = { client_id: newId(), conversation, session, elem, file, at: Date.now(), member: this.member.id };
    this.#items.push(item);
    this.#keep();
    this.#draw(item);
    this.flush();
  }

  resend(clientId) {
    const item = this.#items.find((each) => each.client_id === clientId);
    if (!item) return;
    item.reason = "";
    this.threads.get(item.conversation).timeline.retry(clientId);
    this.#keep();
    this.flush();
  }

  /** The echo of a message is its acknowledgement, whatever becomes of the answer. */
  heard(entries) {
    const ids = new Set(entries.map((entry) => entry.client_id));
    for (const item of this.#items) if (ids.has(item.client_id)) item.echoed?.();
  }

  /** Sends what can be sent, each conversation in its own order. */
  flush() {
    for (const conversation of new Set(this.#items.map((item) => item.conversation))) this.#run(conversation);
  }

  async #run(conversation) {
    if (this.#busy.has(conversation) || !this.isListed(conversation)) return;
    this.#busy.add(conversation);
    for (let item = this.#due(conversation); item && this.link.state === "online"; item = this.#due(conversation)) {
      if (!(await this.#send(item))) break;
    }
    this.#busy.delete(conversation);
  }

  #due(conversation) {
    return this.#items.find((item) => item.conversation === conversation && !item.reason);
  }

  async #send(item) {
    try {
      if (item.file) await this.#store(item);
      const echo = new Promise((resolve) => { item.echoed = () => resolve({ ok: true }); });
      const result = await Promise.race([echo, this.link.request(this.frame(item))]);
      if (result.ok) this.#done(item);
      else this.#fail(item, result.reason);
      return true;
    } catch (error) {
      if (error.name === "UploadError") this.#fail(item, error.message);
      else if (error.message === "timeout") return this.link.state === "online" && this.#retryLater();
      return error.name === "UploadError";
    }
  }

  #retryLater() {
    setTimeout(() => this.flush(), 3000);
    return false;
  }

  async #store(item) {
    item.elem = await upload(item.file, item.conversation, this.config);
    item.file = null;
  }

  // The bubble stays until the echo replaces it; an echo that came first has replaced it already.
  #done(item) {
    this.#items = this.#items.filter((each) => each !== item);
    this.#keep();
    const { stream, timeline } = this.threads.get(item.conversation);
    const isThere = [...stream.rows.values()].some((entry) => entry.client_id === item.client_id);
    if (isThere && stream.dropPending(item.client_id)) timeline.drop(item.client_id);
  }

  #fail(item, reason) {
    item.reason = reason || text(this.strings, "notSent");
    this.#keep();
    this.threads.get(item.conversation).timeline.fail(item.client_id, item.reason);
  }

  #draw(item) {
    const thread = this.threads.get(item.conversation);
    const entry = { seq: null, at: item.at, session: item.session, client_id: item.client_id, elem: item.elem, state: "pending",
      from: { kind: "agent", id: this.member.id, name: this.member.name, avatar: this.member.avatar ?? "" } };
    thread.stream.addPending(entry);
    thread.timeline.addPending(entry);
    if (item.reason) thread.timeline.fail(item.client_id, item.reason);
  }

  #keep() {
    const items = this.#items.filter((item) => !item.file);
    this.storage.setItem(this.key, JSON.stringify(items.map(({ file, echoed, ...rest }) => rest)));
  }
}
