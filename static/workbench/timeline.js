import { h, text } from "../messages/dom.js";
import { markRead, renderEntry, setState } from "../messages/render.js";
import { arrange } from "./arrange.js";
import { drawFace } from "./faces.js";
import { putInTime } from "./whispers.js";

const NEAR = 120; // px from the bottom that still count as being at the newest message

/** One conversation's messages in their own scrolling box. It is told what to draw and decides where to scroll. */
export class Timeline {
  #atEnd = true;
  #top = 0;
  #behind = 0;
  #readSeq = 0;

  constructor(ctx, { onTop }) {
    this.ctx = ctx;
    this.list = h("div", { class: "timeline__list", role: "log", "aria-label": text(ctx.strings, "messages"), "aria-live": "off" });
    this.note = h("p", { class: "timeline__note", hidden: true });
    this.node = h("div", { class: "timeline", tabindex: "0", hidden: true, "aria-label": text(ctx.strings, "messages"), role: "region" }, this.note, this.list);
    new ResizeObserver(() => this.#atEnd && this.#stick()).observe(this.node);
    this.node.addEventListener("scroll", () => this.#scrolled(onTop), { passive: true });
  }

  /** Called with the number of messages below what is in view. */
  onBehind = () => {};

  /** Called when the newest message came into view. */
  onEnd = () => {};

  get isAtEnd() {
    return !this.node.hidden && this.#atEnd;
  }

  show() {
    this.node.hidden = false;
    this.list.setAttribute("aria-live", "polite");
    if (this.#atEnd) this.toEnd();
    else this.node.scrollTop = this.#top;
    this.onBehind(this.#behind);
  }

  hide() {
    if (!this.node.hidden) this.#top = this.node.scrollTop;
    this.node.hidden = true;
    this.list.setAttribute("aria-live", "off");
  }

  loading(on) {
    this.node.toggleAttribute("aria-busy", on);
    this.list.classList.toggle("timeline__list--loading", on && !this.list.firstElementChild);
  }

  started(hasMore) {
    this.loading(false);
    this.#say(hasMore ? "" : this.list.firstElementChild ? "beginning" : "noMessages");
    this.toEnd();
  }

  failed(again) {
    this.loading(false);
    this.note.hidden = false;
    this.note.replaceChildren(text(this.ctx.strings, "historyFailed"), " ",
      h("button", { type: "button", class: "link", onclick: again }, text(this.ctx.strings, "tryAgain")));
  }

  add(entry, pendingId) {
    const old = pendingId ? this.#pending(pendingId) : null;
    const node = this.#draw(entry);
    if (!node) return void old?.remove();
    this.#keepEnd(entry, () => {
      old?.remove();
      const waiting = this.list.querySelector('.entry[data-state="pending"]');
      if (waiting) waiting.before(node);
      else this.list.append(node);
      arrange(node, this.ctx);
      if (node.nextElementSibling) arrange(node.nextElementSibling, this.ctx);
    });
    if (!this.note.hidden) this.#say("");
  }

  /** A node of the staff's own, at its place in time. */
  insert(node) {
    this.#keepEnd(null, () => putInTime(this.list, node));
  }

  addPending(entry) {
    const node = renderEntry(entry, this.ctx);
    this.list.append(node);
    arrange(node, this.ctx);
    this.toEnd();
  }

  fail(clientId, reason) {
    const node = this.#pending(clientId);
    if (node) setState(node, "failed", this.ctx, reason);
  }

  retry(clientId) {
    const node = this.#pending(clientId);
    if (node) setState(node, "pending", this.ctx);
  }

  drop(clientId) {
    this.#pending(clientId)?.remove();
  }

  change(entry) {
    const old = this.list.querySelector(`.entry[data-seq="${Number(entry.seq)}"]`);
    const node = this.#draw(entry);
    if (!old) return;
    if (!node) return void old.remove();
    this.#keepEnd(null, () => {
      old.replaceWith(node);
      arrange(node, this.ctx);
    });
  }

  prepend(entries, hasMore) {
    const first = this.list.firstElementChild;
    const from = this.node.scrollHeight - this.node.scrollTop;
    const nodes = entries.map((entry) => this.#draw(entry)).filter(Boolean);
    this.list.prepend(...nodes);
    for (const node of nodes) arrange(node, this.ctx);
    if (first?.classList.contains("day")) first.remove();
    const next = nodes.at(-1)?.nextElementSibling;
    if (next) arrange(next, this.ctx);
    this.#say(hasMore ? "" : "beginning");
    this.node.scrollTop = this.node.scrollHeight - from;
  }

  read(seq) {
    this.#readSeq = Math.max(this.#readSeq, seq);
    markRead(this.list, this.#readSeq, this.ctx);
  }

  /** Brings an entry that is here into view and marks it; false when it is not here. */
  reveal(seq) {
    const node = this.list.querySelector(`.entry[data-seq="${Number(seq)}"]`);
    if (!node) return false;
    this.#atEnd = false;
    node.scrollIntoView({ block: "center" });
    for (const each of this.list.querySelectorAll(".entry--found")) each.classList.remove("entry--found");
    node.classList.add("entry--found");
    return true;
  }

  toEnd() {
    this.#atEnd = true;
    this.#stick();
    this.#reached();
  }

  #reached() {
    this.#count(0);
    this.onEnd();
  }

  #stick() {
    this.node.scrollTop = this.node.scrollHeight;
  }

  #draw(entry) {
    const own = entry.from?.kind === "agent";
    const node = renderEntry(own ? { ...entry, state: entry.seq <= this.#readSeq ? "read" : "sent" } : entry, this.ctx);
    const face = entry.from?.kind === "visitor" && node?.querySelector(".entry__face");
    if (face) drawFace(face, entry.from);
    if (node) this.ctx.onDrawn?.(node, entry);
    return node;
  }

  #pending(clientId) {
    return this.list.querySelector(`.entry[data-client-id="${CSS.escape(clientId)}"]:is([data-state="pending"], [data-state="failed"])`);
  }

  #keepEnd(entry, change) {
    change();
    if (this.#atEnd) this.#stick();
    else if (entry?.from?.kind === "visitor") this.#count(this.#behind + 1);
  }

  #scrolled(onTop) {
    if (this.node.hidden) return;
    this.#atEnd = this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < NEAR;
    if (this.#atEnd) this.#reached();
    else this.onBehind(this.#behind, true);
    if (this.node.scrollTop < 300) onTop();
  }

  #count(behind) {
    this.#behind = behind;
    this.onBehind(behind, !this.#atEnd);
  }

  #say(key) {
    this.note.hidden = !key;
    this.note.textContent = key ? text(this.ctx.strings, key) : "";
  }
}
