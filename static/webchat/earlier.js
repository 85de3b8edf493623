import { $ } from "./page.js";

/** Older entries when the reader comes near the top, or presses 查看更多. `fetch()` resolves with {entries, hasMore}. */
export class Earlier {
  constructor(scroll, fetch, draw) {
    Object.assign(this, { scroll, fetch, draw, hasMore: false, busy: false });
    scroll.addEventListener("scroll", () => scroll.scrollTop < 160 && this.load(), { passive: true });
    $("more").addEventListener("click", () => this.load());
  }

  /** Is there more than what is shown? */
  set(hasMore) {
    this.hasMore = hasMore;
    $("more").hidden = !hasMore;
    $("intro").hidden = hasMore;
  }

  async load() {
    if (this.busy || !this.hasMore) return;
    this.busy = true;
    $("more").setAttribute("aria-busy", "true");
    try {
      this.draw(await this.fetch());
    } catch {
      // no connection: the next scroll asks again
    } finally {
      this.busy = false;
      $("more").removeAttribute("aria-busy");
    }
  }
}
