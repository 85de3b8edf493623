// How the visitor stands with the desk: from welcome, events, and the flags 12, 23 and 26 that are never stored.
import { payloadOf } from "../../messages/events.js";

export class Standing {
  constructor() {
    Object.assign(this, { session: null, queue: null, inSeat: false, ratingFlag: 0, rated: "", isOffered: false });
  }

  /** welcome and session.changed */
  noteSession(changed) {
    if (changed?.id !== this.session?.id || changed?.state === "serving") this.isOffered = false;
    this.session = changed;
    this.inSeat = changed?.state === "serving";
    if (changed?.state !== "waiting") this.queue = null;
  }

  /** A session that opens says so only by its id on the entries. True when that was news. */
  noteOpened(id) {
    const known = this.session;
    if (!id || known?.id === id || known?.state === "serving" || known?.state === "waiting") return false;
    this.session = { id, state: "flow" };
    this.isOffered = false;
    return true;
  }

  noteEvent({ event, session }) {
    if (event.type === "session.changed") this.noteSession(event.session);
    if (event.type === "form.offered") {
      this.noteOpened(session);
      this.isOffered = true;
    }
    if (event.type === "form.taken") this.isOffered = false;
    this.noteElem(event.elem);
  }

  /** Once rated, 评价 has nothing to offer. */
  noteElem(elem) {
    const card = payloadOf(elem)?.menuContent;
    if (card?.selected) this.rated = card.sessionId;
  }

  /** Flags 23 and 26 are kept; for 12 returns whether the agent types, otherwise null. */
  noteOnline(elem) {
    const payload = payloadOf(elem);
    if (payload?.src === "12") return payload.typingStatus !== 0;
    if (payload?.src === "23") this.ratingFlag = Number(payload.content?.menuSendRuleFlag ?? payload.menuSendRuleFlag) || 0;
    if (payload?.src === "26") {
      this.inSeat = payload.content?.content === "inSeat";
      this.session ??= { state: "flow" }; // the answer to src 7: a session runs now
    }
    return null;
  }
}
