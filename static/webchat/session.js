// What is known of the visitor's session: from welcome, events, and the flags 12, 23 and 26 that are never stored.
import { payloadOf } from "../messages/events.js";

export const session = {
  session: null, queue: null, inSeat: false, ratingFlag: 0, rated: "", visitor: null, ticket: "", agentRead: 0,
};

/** session.changed */
export function noteSession(changed) {
  session.session = changed;
  session.inSeat = changed?.state === "serving";
  if (changed?.state !== "waiting") session.queue = null;
}

/** A session that opens says so only by its id on the entries. True when that was news. */
export function noteOpened(id) {
  const known = session.session;
  if (!id || known?.id === id || known?.state === "serving" || known?.state === "waiting") return false;
  session.session = { id, state: "flow" };
  return true;
}

/** Once rated, 评价 has nothing to offer. */
export function noteElem(elem) {
  const card = payloadOf(elem)?.menuContent;
  if (card?.selected) session.rated = card.sessionId;
}

/** Flags 23 and 26 are kept; for 12 returns whether the agent types, otherwise null. */
export function noteOnline(elem) {
  const payload = payloadOf(elem);
  if (payload?.src === "12") return payload.typingStatus !== 0;
  if (payload?.src === "23") session.ratingFlag = Number(payload.content?.menuSendRuleFlag ?? payload.menuSendRuleFlag) || 0;
  if (payload?.src === "26") {
    session.inSeat = payload.content?.content === "inSeat";
    session.session ??= { state: "flow" }; // the answer to src 7: a session runs now
  }
  return null;
}
