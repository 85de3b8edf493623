// What an event does to the entry it names. Pure: no DOM, used by Stream and by anyone who keeps entries.

/** Parsed payload of a TIMCustomElem, or null when it is not one of ours. */
export function payloadOf(elem) {
  if (elem?.MsgType !== "TIMCustomElem") return null;
  const data = elem.MsgContent?.Data;
  try {
    const payload = typeof data === "string" ? JSON.parse(data) : data;
    return payload && Number(payload.customerServicePlugin) === 0 ? payload : null;
  } catch {
    return null;
  }
}

/** Is this src 31 whole? */
export function isFinished(payload) {
  return Number(payload.isFinished) === 1;
}

/** `entry` as it is after `event` (message.modified, message.recalled, answer.voted); the entry itself for other events. */
export function applyEvent(entry, event) {
  if (event?.target !== entry.seq) return entry;
  if (event.type === "message.modified") return { ...entry, elem: event.elem };
  if (event.type === "message.recalled") return { ...entry, elem: null, recalled: true };
  if (event.type === "answer.voted") return { ...entry, vote: event.up ? "up" : "down" };
  return entry;
}

/** An elem that posts `value` as text. */
export function textElem(value) {
  return { MsgType: "TIMTextElem", MsgContent: { Text: value } };
}

/** An elem that posts a customer-service payload. */
export function customElem(src, rest = {}) {
  const data = JSON.stringify({ customerServicePlugin: 0, src, ...rest });
  return { MsgType: "TIMCustomElem", MsgContent: { Data: data, Desc: "", Ext: "" } };
}
