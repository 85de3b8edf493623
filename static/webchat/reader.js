import { isSeen } from "./embed.js";
import { clearUnread } from "./unread.js";

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
    if (this.last > this.told && this.send(this.last)) this.told = this.last;
    return true;
  }
}
