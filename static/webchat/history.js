import { $ } from "./page.js";

/** Older entries when the reader comes near the top, or presses 查看更多. `ask(before)` -> bool sends the request. */
export class History {
  constructor(scroll, ask) {
    Object.assign(this, { scroll, ask, before: null, asked: false });
    scroll.addEventListener("scroll", () => scroll.scrollTop < 160 && this.load(), { passive: true });
    $("more").addEventListener("click", () => this.load());
  }

  /** What the server said last: is there more, before which seq. */
  set(hasMore, before) {
    this.asked = false;
    this.before = hasMore ? before : null;
    $("more").hidden = !hasMore;
    $("more").removeAttribute("aria-busy");
    $("intro").hidden = hasMore;
  }

  /** The connection went: an answer will not come. */
  forget() {
    this.asked = false;
  }

  load() {
    if (this.asked || !this.before || !this.ask(this.before)) return;
    this.asked = true;
    $("more").setAttribute("aria-busy", "true");
  }
}
