// The workbench's one WebSocket: hello, requests with answers, ping, and reconnecting for as long as it takes.

const PING_MS = 20000;
const SILENCE_MS = 50000;
const ANSWER_MS = 15000;
const LONGEST_MS = 5000;

/** The address of a WebSocket of this server. */
export function socketAt(path) {
  return new URL(path, location.href.replace(/^http/, "ws")).href;
}

/** For pages beside the workbench: whoever is there is at work. */
export function stayAtWork() {
  new Link(socketAt("/ws/workbench/"), () => ({ op: "hello" })).connect();
}

/** Events: "frame" (detail: the frame) and "state" (detail: "connecting", "online", "offline" or "loggedOut"). */
export class Link extends EventTarget {
  #socket = null;
  #waiting = new Map();
  #next = 1;
  #tries = 0;
  #timer = 0;
  #heard = 0;
  #hello;
  #lost;
  state = "connecting";

  /** `hello()` makes the first frame of every connection; `lost` is what `ask` says without one. */
  constructor(url, hello, lost = "") {
    super();
    this.url = url;
    this.#hello = hello;
    this.#lost = lost;
    setInterval(() => this.#beat(), PING_MS);
    addEventListener("online", () => this.retry());
    addEventListener("offline", () => this.#drop());
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake());
  }

  connect() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    const socket = new WebSocket(this.url);
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify(this.#hello()));
    socket.onmessage = (event) => this.#receive(socket, event.data);
    socket.onclose = (event) => this.#closed(socket, event.code);
  }

  /** Now, without waiting for the next try. */
  retry() {
    if (this.state === "online" || this.state === "loggedOut" || this.#socket?.readyState === WebSocket.CONNECTING) return;
    this.#tries = 0;
    this.connect();
  }

  /** Resolves to the result frame; rejects with "closed" or "timeout" when none came. */
  request(frame) {
    if (this.state !== "online") return Promise.reject(new Error("closed"));
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#settle(id, (each) => each.reject(new Error("timeout"))), ANSWER_MS);
      this.#waiting.set(id, { resolve, reject, timer });
      this.#socket.send(JSON.stringify({ ...frame, id }));
    });
  }

  /** For who shows why it failed: no answer is a refusal like any other. */
  ask(frame) {
    return this.request(frame).catch(() => ({ ok: false, reason: this.#lost }));
  }

  /** For what nobody waits for: typing, read, ping. */
  tell(frame) {
    this.request(frame).catch(() => {});
  }

  #receive(socket, data) {
    if (socket !== this.#socket) return;
    this.#heard = Date.now();
    const frame = JSON.parse(data);
    if (frame.op === "result") return this.#settle(frame.id, (each) => each.resolve(frame));
    if (frame.op === "pong") return;
    if (frame.op === "reconnect") return this.#leave(frame.after_ms ?? 0);
    this.dispatchEvent(new CustomEvent("frame", { detail: frame }));
    if (frame.op === "snapshot" || frame.op === "welcome") this.#become("online");
  }

  #settle(id, how) {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    how(waiting);
  }

  #closed(socket, code) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    for (const id of [...this.#waiting.keys()]) this.#settle(id, (each) => each.reject(new Error("closed")));
    if (code === 4401 || code === 4409) return this.#become("loggedOut");
    this.#become("offline");
    const longest = Math.min(LONGEST_MS, 500 * 2 ** this.#tries++);
    this.#later(longest * (0.5 + Math.random() / 2));
  }

  #leave(afterMs) {
    const socket = this.#socket;
    this.#closed(socket, 1012);
    this.#tries = 0;
    socket?.close();
    this.#later(afterMs + Math.random() * 800);
  }

  #later(ms) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.connect(), ms);
  }

  #become(state) {
    if (state === "online") this.#tries = 0;
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }

  #beat() {
    if (this.state !== "online") return;
    if (Date.now() - this.#heard > SILENCE_MS) return this.#drop();
    this.#socket.send('{"op":"ping"}');
  }

  #wake() {
    if (this.state === "online") this.#beat();
    else this.retry();
  }

  #drop() {
    const socket = this.#socket;
    if (!socket) return;
    this.#closed(socket, 1006);
    socket.close();
  }
}
