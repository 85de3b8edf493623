// The list of entries: days, groups of one sender, pending ones last, and a view that stays where the reader is.
import { h } from "../messages/dom.js";
import { renderEntry } from "../messages/render.js";
import { day, midnight } from "../messages/time.js";

const NEAR = 80;
const TOGETHER = 120_000;
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Timeline {
  constructor(scroll, list, ctx) {
    Object.assign(this, { scroll, list, ctx });
    this.stuck = true;
    this.top = 0;
    scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    const follow = new ResizeObserver(() => this.stuck && this.toEnd());
    follow.observe(list);
    follow.observe(scroll);
  }

  // Only the reader's own way up lets go of the end: pictures that load later also move things, downwards.
  #scrolled() {
    const up = this.scroll.scrollTop < this.top - 1;
    this.top = this.scroll.scrollTop;
    if (up || !this.stuck) this.stuck = this.isAtEnd();
  }

  isAtEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR;
  }

  /** Down to the newest; gliding only over a short way, and only for those who like motion. */
  toEnd(glide = false) {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    const smooth = glide && scrollHeight - scrollTop < 3 * clientHeight && !still.matches;
    this.scroll.scrollTo({ top: scrollHeight, behavior: smooth ? "smooth" : "instant" });
    this.stuck = true;
  }

  /** Runs `change`, which adds or removes things above, and leaves the reader where he was. */
  keepPlace(change) {
    const below = this.scroll.scrollHeight - this.scroll.scrollTop;
    change();
    this.scroll.scrollTop = this.scroll.scrollHeight - below;
    this.top = this.scroll.scrollTop;
  }

  clear() {
    this.list.replaceChildren();
  }

  /** Draws `entry` in its place: stored ones before those still on their way. */
  add(entry, replaces = null) {
    const old = replaces && this.own(replaces);
    const node = renderEntry(entry, this.ctx);
    if (old) this.#remove(old);
    if (!node) return null;
    const stored = Boolean(entry.seq);
    this.list.insertBefore(node, stored ? this.list.querySelector('.entry[data-seq=""]') : null);
    this.#relate(node);
    this.#relate(next(node));
    if (this.stuck) this.toEnd();
    return node;
  }

  /** Older entries above, without being read aloud. */
  prepend(entries) {
    const nodes = entries.map((entry) => renderEntry(entry, this.ctx)).filter(Boolean);
    const first = this.list.querySelector(".entry");
    this.list.setAttribute("aria-live", "off");
    this.list.prepend(...nodes);
    nodes.forEach((node) => this.#relate(node));
    this.#relate(first);
    requestAnimationFrame(() => this.list.removeAttribute("aria-live"));
  }

  /** Redraws an entry that changed, with the focus where it was. */
  change(entry) {
    const old = this.list.querySelector(`.entry[data-seq="${entry.seq}"]`);
    const node = old && renderEntry({ ...entry, state: old.dataset.state }, this.ctx);
    if (!node) return;
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(node);
    this.#relate(node);
    this.#relate(next(node));
    if (hadFocus) {
      node.tabIndex = -1;
      node.focus({ preventScroll: true });
    }
  }

  own(clientId) {
    return this.list.querySelector(`.entry[data-client-id="${CSS.escape(clientId)}"]`);
  }

  remove(clientId) {
    const node = this.own(clientId);
    if (node) this.#remove(node);
  }

  #remove(node) {
    const after = next(node);
    const above = node.previousElementSibling;
    if (above?.matches(".day")) above.remove();
    node.remove();
    this.#relate(after);
  }

  // A day line above the first entry of a day; a face and a name only where the sender changes.
  #relate(node) {
    if (!node) return;
    const line = node.previousElementSibling?.matches(".day") ? node.previousElementSibling : null;
    const prev = previous(line ?? node);
    const at = Number(node.dataset.at);
    const sameDay = prev && midnight(Number(prev.dataset.at)) === midnight(at);
    if (sameDay) line?.remove();
    else if (!line) node.before(h("p", { class: "day" }, h("span", {}, day(at, this.ctx.language, this.ctx.strings))));
    const joined = Boolean(sameDay && node.dataset.from && prev.dataset.from === node.dataset.from
      && at - Number(prev.dataset.at) < TOGETHER);
    node.classList.toggle("entry--joined", joined);
  }
}

function next(node) {
  let other = node?.nextElementSibling;
  while (other && !other.matches(".entry")) other = other.nextElementSibling;
  return other ?? null;
}

function previous(node) {
  let other = node?.previousElementSibling;
  while (other && !other.matches(".entry")) other = other.previousElementSibling;
  return other ?? null;
}
