// Whether this device can be woken: the worker, the browser's permission, and the subscription that the desk keeps. W58, W59
import { text } from "../messages/dom.js";
import { setText } from "./keyed.js";

const KEPT = "workbench.notices"; // for whom they are on: a shared browser is not switched on for the next one

/** Events: "changed". `state`: "unsupported", "denied", "off" or "on". */
export class Notices extends EventTarget {
  #registration = null;
  state = "off";

  constructor({ notices, csrf, member }) {
    super();
    Object.assign(this, { config: notices, csrf, member });
  }

  /** Registers the worker. What was on stays on, for this login and in this language. */
  async start() {
    this.#registration = await navigator.serviceWorker?.register(this.config.worker).catch(() => null); // private windows refuse it
    const pushes = this.#registration?.pushManager;
    if (!pushes || !("Notification" in window)) return this.#become("unsupported");
    if (Notification.permission === "denied") return this.#become("denied");
    if (Notification.permission !== "granted" || localStorage.getItem(KEPT) !== this.member.id) return this.#become("off");
    await this.#subscribe().then(() => this.#become("on"), () => this.#become("off"));
  }

  /** Rejects where the push service cannot be reached. */
  async on() {
    if ((await Notification.requestPermission()) !== "granted") return this.#become(Notification.permission === "denied" ? "denied" : "off");
    await this.#subscribe();
    localStorage.setItem(KEPT, this.member.id);
    this.#become("on");
  }

  async off() {
    localStorage.removeItem(KEPT);
    await this.#send("DELETE");
    await (await this.#registration.pushManager.getSubscription())?.unsubscribe();
    this.#become("off");
  }

  /** From an open page. The same from the push service then takes its place, it does not stand beside it. */
  show(title, body, session) {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    this.#registration?.showNotification(title, { body, tag: session, data: { session } });
  }

  test() {
    return this.#send("POST", undefined, this.config.test);
  }

  async tellElsewhere(wanted) {
    await this.#send("POST", wanted, this.config.elsewhereUrl);
    this.config.elsewhere = wanted;
  }

  async #subscribe() {
    const pushes = (await navigator.serviceWorker.ready).pushManager;
    const applicationServerKey = bytes(this.config.key);
    const old = await pushes.getSubscription();
    if (old && !same(old.options.applicationServerKey, applicationServerKey)) await old.unsubscribe(); // the desk has new keys
    const subscription = await pushes.subscribe({ userVisibleOnly: true, applicationServerKey });
    await this.#send("POST", subscription.toJSON());
  }

  async #send(method, body, url = this.config.url) {
    const headers = { "X-CSRFToken": this.csrf, "Content-Type": "application/json" };
    const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
    if (answer.ok) return;
    throw new Error((await answer.json().catch(() => null))?.errors?.[0]?.reason ?? answer.statusText);
  }

  #become(state) {
    this.state = state;
    this.dispatchEvent(new Event("changed"));
  }
}

function bytes(base64url) {
  return Uint8Array.from(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

function same(buffer, wanted) {
  const known = buffer ? new Uint8Array(buffer) : [];
  return known.length === wanted.length && wanted.every((byte, at) => byte === known[at]);
}

/** The switch in the menu of the face. */
export function watchNoticeSwitch({ button, notices, strings, toast }) {
  function draw() {
    button.setAttribute("aria-checked", String(notices.state === "on"));
    setText(button.querySelector("[data-words]"), text(strings, notices.state === "on" ? "noticesOn" : "noticesOff"));
  }

  button.addEventListener("click", () => toggle({ notices, strings, say: toast }));
  notices.addEventListener("changed", draw);
  draw();
}

/** On or off; says why not. */
export async function toggle({ notices, strings, say }) {
  const why = { unsupported: "noticesUnsupported", denied: "noticesDenied" };
  if (why[notices.state]) return say(text(strings, why[notices.state]), "danger");
  try {
    await (notices.state === "on" ? notices.off() : notices.on());
    if (notices.state === "denied") say(text(strings, "noticesDenied"), "danger");
  } catch (error) {
    say(text(strings, error.name === "TypeError" ? "notConnected" : "noticesFailed"), "danger");
  }
}

/** Whether robots and text messages tell him too; hidden where the desk has none. */
export function watchElsewhere({ button, notices, strings, toast }) {
  const { config } = notices;
  const draw = () => {
    button.hidden = config.elsewhere === null;
    button.setAttribute("aria-checked", String(config.elsewhere === true));
    setText(button.querySelector("[data-words]"), text(strings, config.elsewhere ? "elsewhereOn" : "elsewhereOff"));
  };

  button.addEventListener("click", async () => {
    await notices.tellElsewhere(!config.elsewhere).catch(() => toast(text(strings, "notConnected"), "danger"));
    draw();
  });
  draw();
}
