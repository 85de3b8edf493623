// One WebSocket that comes back: jittered backoff, pings, the browser's online and offline events.

const PING_EVERY = 20_000;
const PONG_WITHIN = 10_000;
const OPEN_WITHIN = 10_000;
const LONGEST = 5_000; // milliseconds: back within 5 s of the network's return
const FINAL = new Set([4403, 4404]); // wrong origin, unknown channel: trying again cannot help

export class Socket {
  /** callbacks: hello() -> first frame, frame(frame), state("connecting" | "open" | "waiting" | "offline" | "refused") */
  constructor(url, callbacks) {
    this.url = url;
    this.callbacks = callbacks;
    this.tries = 0;
    addEventListener("online", () => this.connect());
    addEventListener("offline", () => this.#drop("offline"));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#wake());
    addEventListener("pageshow", (event) => event.persisted && this.#wake());
  }

  connect() {
    clearTimeout(this.retry);
    if (this.ws || this.refused) return;
    if (navigator.onLine === false) return this.callbacks.state("offline");
    this.callbacks.state("connecting");
    const ws = new WebSocket(this.url);
    this.ws = ws;
    this.patience = setTimeout(() => this.#drop("waiting"), OPEN_WITHIN);
    ws.onopen = () => this.#opened();
    ws.onmessage = (event) => this.#received(event.data);
    ws.onclose = (event) => this.ws === ws && this.#closed(event.code);
  }

  /** At once, with a new hello. */
  restart() {
    this.refused = false;
    this.tries = 0;
    this.#drop("connecting", 0);
  }

  /** For good, until connect() is called. */
  close() {
    this.#drop("closed");
    clearTimeout(this.retry);
  }

  /** False when there is no connection: the caller keeps what it wanted to send. */
  send(frame) {
    if (this.ws?.readyState !== WebSocket.OPEN) return false;
    this.ws.send(JSON.stringify(frame));
    return true;
  }

  #opened() {
    clearTimeout(this.patience);
    this.callbacks.state("open");
    this.send(this.callbacks.hello());
    this.#ping(PING_EVERY);
  }

  #received(data) {
    this.alive = true;
    const frame = JSON.parse(data);
    if (frame.op === "welcome") this.tries = 0;
    if (frame.op === "reconnect") return this.#drop("waiting", frame.after_ms);
    if (frame.op !== "pong") this.callbacks.frame(frame);
  }

  // Anything received counts as a pong: a busy connection is a living one.
  #ping(after) {
    clearTimeout(this.pinging);
    this.pinging = setTimeout(() => {
      this.alive = false;
      this.send({ op: "ping" });
      this.pinging = setTimeout(() => (this.alive ? this.#ping(PING_EVERY - PONG_WITHIN) : this.#drop("waiting", 0)), PONG_WITHIN);
    }, after);
  }

  // After sleep a socket may look open and be dead: ask at once.
  #wake() {
    if (this.ws) this.#ping(0);
    else this.connect();
  }

  #closed(code) {
    this.refused = FINAL.has(code);
    this.#drop(this.refused ? "refused" : "waiting", code === 4429 ? LONGEST : undefined);
  }

  #drop(state, after) {
    clearTimeout(this.patience);
    clearTimeout(this.pinging);
    const ws = this.ws;
    this.ws = null;
    ws?.close();
    this.callbacks.state(navigator.onLine === false ? "offline" : state);
    clearTimeout(this.retry);
    if (this.refused || navigator.onLine === false) return;
    this.retry = setTimeout(() => this.connect(), after ?? this.#backoff());
  }

  #backoff() {
    this.tries += 1;
    const most = Math.min(LONGEST, 500 * 2 ** Math.min(this.tries, 6));
    return most / 2 + Math.random() * (most / 2);
  }
}
