// What the agent does with his lists: go to the next or previous session, complete one or all ended ones (W25, A114);
// and with his own messages: recall (A27).
import { text } from "../messages/dom.js";

export function actions({ desk, link, strings, toast, open }) {
  async function ask(frame) {
    const result = await link.request(frame).catch(() => ({ ok: false, reason: text(strings, "notConnected") }));
    if (!result.ok) toast(result.reason, "danger");
    return result.ok;
  }

  function step(by) {
    const rows = desk.rows;
    if (!rows.length) return;
    const at = rows.findIndex((row) => row.session.id === desk.open);
    const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : (at + by + rows.length) % rows.length;
    open(rows[next].session.id);
  }

  async function complete(session) {
    if (desk.row(session)?.session.state !== "ended") return;
    if (await ask({ op: "session.complete", session })) desk.drop(new Set([session]));
  }

  async function completeAll() {
    const all = new Set(desk.ended.map((row) => row.session.id));
    if (all.size && (await ask({ op: "session.complete_all" }))) desk.drop(all);
  }

  /** Goes to a visitor whose session has ended. F47 */
  async function start() {
    const conversation = desk.openRow?.conversation;
    const result = await link.request({ op: "session.start", conversation }).catch(() => ({ ok: false, reason: text(strings, "notConnected") }));
    if (result.ok) desk.addEventListener("queues", () => open(result.session), { once: true });
    else toast(result.reason, "danger");
  }

  function recall(seq) {
    return ask({ op: "message.recall", conversation: desk.openRow?.conversation, seq });
  }

  return { next: () => step(1), previous: () => step(-1), complete, completeAll, start, recall };
}
