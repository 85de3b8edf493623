// A headless client of the desk: a visitor's conversation without any page. Our own chat page is built on it; so can
// yours be (docs/embedding.md, examples/headless/). How a message travels is in docs/wire.md.
import { customElem, payloadOf, textElem } from "../messages/events.js";
import { Stream } from "../messages/stream.js";
import { newId } from "./client/ids.js";
import { Outbox } from "./client/outbox.js";
import { Socket } from "./client/socket.js";
import { Standing } from "./client/standing.js";
import { Store } from "./client/store.js";

export { customElem, newId, payloadOf, textElem };

const PAGES_EVERY = 2000; // milliseconds
const SILENT = new Set(["19", "20", "26"]); // lines and flags, nothing to be read
const LAST_WORDS = 3000; // a message on its way may still land before the visitor changes

// Said by somebody else, to be read, and not read yet.
function isUnread({ seq, from, elem }, readSeq) {
  return seq > readSeq && from?.kind !== "visitor" && Boolean(elem) && !SILENT.has(payloadOf(elem)?.src);
}

export class CSDeskClient {
  #listeners = new Map();
  #asked = new Map(); // client_id -> what waits for its `done`
  #older = []; // who waits for a page of history
  #pages = [];
  #proving = null;

  /**
   * webAppId: of the channel. server: origin of the desk, by default where this file came from. language: "zh-hans", "en".
   * user: {userID, userSig} or null. site: origin of the page around, if there is one. resumes: whether a signed visitor of
   * this tab goes on without a new userSig.
   */
  constructor({ webAppId, server = new URL(import.meta.url).origin, language = "zh-hans", user = null, site, resumes = true }) {
    Object.assign(this, { webAppId, server, language, user, site, visitor: null, agentRead: 0, form: [], messageForm: null });
    this.store = new Store(webAppId);
    if (user || resumes) this.store.resume(user ? user.userID : this.store.tabUser);
    this.standing = new Standing();
    this.stream = new Stream({
      add: (entry, replaces) => this.#add(entry, replaces),
      change: (entry) => this.#emit("change", entry),
      event: (entry) => this.#event(entry),
      settle: (clientId) => { this.outbox.stored(clientId); this.#emit("gone", clientId); },
      hole: ({ before }) => this.socket.send({ op: "history", before }),
    });
    this.outbox = new Outbox({
      store: this.store,
      post: ({ client_id, elem }) => this.socket.send({ op: "message.post", client_id, elem }),
      show: (item) => this.show(item),
      failed: (item) => this.#emit("failed", item.client_id, item.reason),
      gone: (item) => this.forget(item.client_id),
    });
    this.socket = new Socket(new URL("/ws/chat/", server.replace(/^http/, "ws")).href, {
      hello: () => this.#hello(), frame: (frame) => this.#frame(frame), state: (state) => this.#state(state),
    });
    this.tabs = globalThis.BroadcastChannel && new BroadcastChannel(`csdesk.${webAppId}`);
    if (this.tabs) this.tabs.onmessage = ({ data }) => data === "logout" && this.visitor?.user_id && this.#leave();
  }

  /** Calls `listener` at every `event` (listed in csdesk-client.d.ts); returns the function that ends that. */
  on(event, listener) {
    const all = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, all.add(listener));
    return () => all.delete(listener);
  }

  connect() {
    this.socket.connect();
  }

  close() {
    this.socket.close();
    this.tabs?.close();
  }

  // --- what the visitor does

  /** Says a text; returns its client_id. It waits for the network, and goes out once and in order. */
  say(words) {
    return this.post(textElem(words));
  }

  post(elem, clientId) {
    return this.outbox.add(elem, clientId).client_id;
  }

  resend(clientId) {
    this.outbox.resend(clientId);
  }

  /** Takes an own message back, within two minutes. False without a connection. */
  recall(seq) {
    return this.socket.send({ op: "message.recall", seq });
  }

  /** Did the bot's answer `seq` help? False without a connection. */
  vote(seq, up) {
    return this.socket.send({ op: "answer.vote", seq, up });
  }

  /** src 10, 24, 27: acted upon, never stored. False without a connection. */
  flag(src, rest) {
    return this.socket.send({ op: "message.post", client_id: newId(), elem: customElem(src, rest) });
  }

  /** What is typed leaves the browser only where agents may see it. */
  typing(text) {
    const said = text && !this.previewsTyping ? "…" : text;
    if (this.standing.session?.state === "serving") this.socket.send({ op: "typing", text: said });
  }

  read(seq) {
    return this.socket.send({ op: "read", seq });
  }

  /** The page before what is here: {entries, hasMore}. Rejects without a connection. */
  history() {
    if (!this.socket.send({ op: "history", before: this.stream.first })) return Promise.reject(new Error("offline"));
    return new Promise((resolve, reject) => this.#older.push({ resolve, reject }));
  }

  /** Uploads a picture or file; resolves with the elem to `post`. */
  async upload(file, progress) {
    const { upload } = await import("./client/upload.js");
    return upload(`${this.server}/api/v1/uploads/`, file, { token: this.store.load("token"), language: this.language, webAppId: this.webAppId }, progress);
  }

  /** A file's address as this visitor may load it; pictures of answers and addresses elsewhere stay as they are. */
  fileUrl(url) {
    const address = new URL(url, this.server);
    if (address.pathname.startsWith("/files/answers/")) return url;
    if (address.origin !== new URL(this.server).origin || !address.pathname.startsWith("/files/")) return url;
    address.searchParams.set("ticket", this.ticket ?? "");
    return address.href;
  }

  // --- who he is

  /** He is `userID`, says the userSig. Rejects with {code, message} when it does not hold: he stays anonymous. */
  async identify(user) {
    if (this.visitor?.user_id === user.userID) return this.#prove("resolve");
    if (this.visitor?.user_id) this.#forgetVisitor();
    this.user = user;
    if (this.store.resume(user.userID)) this.outbox.load(); // the tab showed him before
    this.#proving?.reject(new Error("superseded"));
    const proved = new Promise((resolve, reject) => { this.#proving = { resolve, reject }; });
    if (this.socket.ws) {
      await this.outbox.idle(LAST_WORDS);
      this.#restart();
    }
    return proved;
  }

  /** Forgets who he was and all that was kept; somebody new begins. In every tab. */
  logout() {
    this.tabs?.postMessage("logout");
    this.#leave();
  }

  setAttributes(attributes) {
    return this.#ask("attributes", { attributes });
  }

  /** Pages of the host's site, oldest first: {url, title, referrer, at}. */
  pages(pages) {
    this.#pages.push(...pages);
    this.paging ??= setTimeout(() => { this.paging = null; this.#sendPages(); }, this.visitor ? PAGES_EVERY : 0);
  }

  /** The questions before the chat; the session begins when they are answered. */
  async answerForm(answers) {
    await this.#ask("form.answer", { answers });
    this.form = [];
    this.flag("7");
  }

  /** Leaves a message; the same clientId is stored once. */
  leaveMessage({ text, contact, answers, clientId }) {
    return this.#ask("message.leave", { text, contact, answers }, clientId);
  }

  // --- drawing what is on its way

  /** A bubble before the server knows of it. */
  show(item) {
    const entry = { ...item, seq: null, from: { kind: "visitor", id: this.visitor?.id ?? "" } };
    this.stream.addPending(entry);
    this.#emit("pending", entry);
  }

  forget(clientId) {
    this.stream.dropPending(clientId);
    this.#emit("gone", clientId);
  }

  // --- the connection

  #hello() {
    const { user, visitor } = this;
    const frame = { op: "hello", web_app_id: this.webAppId, language: this.language, site: this.site };
    if (visitor) return { ...frame, token: this.store.load("token"), last_seq: this.stream.last };
    if (user) return { ...frame, token: this.store.anonymousToken ?? undefined, user_id: user.userID, user_sig: user.userSig };
    return { ...frame, token: this.store.load("token") ?? undefined };
  }

  #state(state) {
    if (state !== "open") {
      this.outbox.ready(false);
      for (const { reject } of this.#older.splice(0)) reject(new Error("offline"));
    }
    this.#emit("state", state);
  }

  #frame(frame) {
    const { op } = frame;
    if (op === "entries") this.stream.receive(frame.entries);
    else if (op === "welcome") this.#welcome(frame);
    else if (op === "online") this.#online(frame);
    else if (op === "history") this.#history(frame);
    else if (op === "read" && frame.by === "agent") this.#agentRead(frame.seq);
    else if (op === "done") this.#answered(frame.client_id, "resolve", frame);
    else if (op === "refused") this.#refused(frame);
    else if (op === "queue") {
      this.standing.queue = frame;
      this.#emit("session", this.standing);
    }
  }

  #welcome(data) {
    const known = this.visitor?.id === data.visitor.id && data.last_seq >= this.stream.last;
    const isFirst = !this.visitor;
    this.#keep(data);
    if (!known) this.#begin(data);
    else this.stream.receive(data.entries);
    this.#agentRead(data.read_seq ?? 0);
    // The last word about the session; one that ended while we watched stays, it may still be rated.
    if (data.session || this.standing.session?.state !== "ended" || !known) {
      const { isOffered } = this.standing;
      this.standing.noteSession(data.session);
      this.standing.isOffered = isOffered && data.session?.state !== "serving";
    }
    this.standing.queue = data.queue;
    this.outbox.ready(true);
    for (const { frame } of this.#asked.values()) this.socket.send(frame);
    this.#sendPages();
    this.#emit("welcome", data);
    this.#emit("session", this.standing);
    // Entering triggers the service (F14), after the questions. A mere hiccup only refreshes a session that still runs.
    const running = this.standing.session && this.standing.session.state !== "ended";
    if (!this.form.length && (isFirst || !known || running)) this.flag("7");
  }

  #keep({ visitor, file_ticket: ticket, token, form, message_form: messageForm, previews_typing: previewsTyping }) {
    Object.assign(this, { visitor, ticket, form: form ?? [], messageForm, previewsTyping });
    if (Boolean(visitor.user_id) !== this.store.isSigned) {
      this.store.clear(); // the anonymous token has nothing left to show, a signed one is not the visitor's any more
      this.store.isSigned = Boolean(visitor.user_id);
      this.outbox.keep();
    }
    this.store.save("token", token);
    this.store.save("user", visitor.user_id);
    if (this.user && visitor.user_id === this.user.userID) this.#prove("resolve");
  }

  #begin(data) {
    this.stream.reset();
    this.agentRead = data.read_seq ?? 0;
    this.#emit("reset");
    this.outbox.restore();
    this.stream.start(data.entries, data.last_seq);
    this.#emit("begun", { hasMore: data.has_more, unread: data.entries.filter((entry) => isUnread(entry, data.own_read_seq)).length });
  }

  #add(entry, replaces) {
    if (entry.from?.kind === "visitor" && entry.client_id) this.outbox.stored(entry.client_id);
    this.standing.noteElem(entry.elem);
    const isNews = this.standing.noteOpened(entry.session);
    this.#emit("entry", entry, replaces);
    if (isNews) this.#emit("session", this.standing);
  }

  #event(entry) {
    this.standing.noteEvent(entry);
    this.#emit("session", this.standing);
  }

  #online({ elem }) {
    const isTyping = this.standing.noteOnline(elem);
    if (isTyping !== null) this.#emit("typing", isTyping);
    else this.#emit("session", this.standing);
  }

  #history(data) {
    if (this.stream.held.size && data.entries.at(-1)?.seq > this.stream.last) return this.stream.receive(data.entries);
    const entries = this.stream.prepend(data.entries);
    this.#older.shift()?.resolve({ entries, hasMore: data.has_more });
  }

  #agentRead(seq) {
    this.agentRead = Math.max(this.agentRead, seq);
    this.#emit("read", this.agentRead);
  }

  #refused(frame) {
    const { client_id: clientId, code, reason, field } = frame;
    const error = Object.assign(new Error(reason), { code, field });
    if (frame.of === "hello") {
      this.user = null;
      this.#prove("reject", error);
    } else if (this.#asked.has(clientId)) {
      this.#answered(clientId, "reject", error);
    } else if (!this.outbox.refused(clientId, reason)) {
      this.#emit("refused", error);
    }
  }

  // Sent again after every reconnect, until it is answered: the same id is done once.
  #ask(op, what, clientId = newId()) {
    const frame = { op, client_id: clientId, ...what };
    if (this.visitor) this.socket.send(frame);
    return new Promise((resolve, reject) => this.#asked.set(clientId, { frame, resolve, reject }));
  }

  #answered(clientId, how, value) {
    this.#asked.get(clientId)?.[how](value);
    this.#asked.delete(clientId);
  }

  #sendPages() {
    if (this.#pages.length && this.visitor && this.socket.send({ op: "pages", pages: this.#pages.slice(-30) })) this.#pages = [];
  }

  #prove(how, error) {
    const waiting = this.#proving;
    this.#proving = null;
    waiting?.[how](error);
    this.#emit("identity", { userID: this.visitor?.user_id ?? null, error });
  }

  #leave() {
    this.#forgetVisitor();
    this.#restart();
    this.#emit("identity", { userID: null });
  }

  #forgetVisitor() {
    this.user = null;
    this.store.clear();
    this.outbox.clear();
    this.#asked.clear();
    this.#emit("forgotten");
  }

  #restart() {
    this.visitor = null;
    this.standing = new Standing();
    this.stream.reset();
    this.#emit("reset");
    this.socket.restart();
  }

  #emit(event, ...values) {
    for (const listener of this.#listeners.get(event) ?? []) listener(...values);
  }
}
