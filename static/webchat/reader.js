import { isSeen } from "./embed.js";
import { clearUnread } from "./unread.js";

const SOON = 300; // a burst of entries is read at once

/** Tells the other side how far the visitor has read: only what is really in sight. */
export class Reader {
  constructor(timeline, send) {
    Object.assign(this, { timeline, send, told: 0, last: 0 }); // last: newest entry of somebody else
    timeline.scroll.addEventListener("scroll", () => this.look(), { passive: true });
  }

  /** A new connection: say it again, what the server knows is not told. */
  forget() {
    this.told = 0;
    this.look();
  }

  look() {
    if (!isSeen() || !this.timeline.isAtEnd()) return false;
    clearUnread();
    this.waiting ??= setTimeout(() => this.#tell(), SOON);
    return true;
  }

  #tell() {
    this.waiting = null;
    if (this.last > this.told && this.send(this.last)) this.told = this.last;
  }
}
