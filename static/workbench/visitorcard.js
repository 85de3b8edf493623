// What is asked for when a session is opened: attributes, device, the pages the visitor looks at. A bell brings it again.
import { h, text } from "../messages/dom.js";
import { linkUrl } from "../messages/url.js";
import { clock } from "../messages/time.js";

/** Calls `changed` whenever the open row's card came or went; `card` is the newest one, or null. */
export class VisitorCard {
  constructor({ desk, link, changed }) {
    Object.assign(this, { desk, link, changed, card: null, asked: "" });
    desk.addEventListener("opened", () => this.#ask());
    link.addEventListener("frame", ({ detail: frame }) => {
      if (frame.op === "visitor" && frame.conversation === desk.openRow?.conversation) this.#ask();
      if (frame.op === "snapshot" && !this.card) this.#ask();
    });
  }

  async #ask() {
    const conversation = this.desk.openRow?.conversation ?? null;
    if (conversation !== this.card?.conversation) this.#take(null);
    if (!conversation || this.waits === conversation) return;
    this.waits = conversation;
    try {
      const result = await this.link.request({ op: "visitor", conversation });
      if (result.ok && conversation === this.desk.openRow?.conversation) this.#take(result);
    } catch {
      // no connection: the next snapshot asks again
    } finally {
      this.waits = null;
    }
  }

  #take(card) {
    this.card = card;
    this.changed();
  }
}

/** Rows for the list of facts: `fact(label, value, canCopy)` draws one. */
export function drawCard({ visit, attributes, user_id: userId }, fact, strings) {
  const device = [visit.device && text(strings, `device_${visit.device}`), visit.system, visit.browser].filter(Boolean);
  return [
    fact(text(strings, "userId"), userId, true),
    fact(text(strings, "device"), device.join(" · ")),
    ...Object.entries(attributes).map(([name, value]) => fact(name, plain(value, strings))),
  ];
}

/** The page trail, newest first. */
export function drawTrail(pages, language, strings) {
  if (!pages.length) return null;
  return h("div", { class: "fact" }, h("dt", {}, text(strings, "pageTrail")), h("dd", { class: "trail" },
    h("ol", {}, [...pages].reverse().map((page) => step(page, language)))));
}

function step({ url, title, at }, language) {
  const words = title || url.replace(/^https?:\/\//, "");
  const href = linkUrl(url);
  const name = href ? h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow", title: url }, words) : words;
  return h("li", {}, h("time", { datetime: new Date(at).toISOString() }, clock(at, language)), name);
}

function plain(value, strings) {
  return typeof value === "boolean" ? text(strings, value ? "yes" : "no") : value;
}
