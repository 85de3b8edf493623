// What the agent does with his lists: go to the next or previous session, complete one or all ended ones (W25, A114);
// and with his own messages: recall (A27).
import { asker } from "./toast.js";

export function actions({ desk, link, toast, open }) {
  const ask = asker(link, toast);

  function step(by) {
    const rows = desk.rows;
    if (!rows.length) return;
    const at = rows.findIndex((row) => row.session.id === desk.open);
    const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : (at + by + rows.length) % rows.length;
    open(rows[next].session.id);
  }

  async function complete(session) {
    if (desk.row(session)?.session.state !== "ended") return;
    if ((await ask({ op: "session.complete", session })).ok) desk.drop(new Set([session]));
  }

  async function completeAll() {
    const all = new Set(desk.ended.map((row) => row.session.id));
    if (all.size && (await ask({ op: "session.complete_all" })).ok) desk.drop(all);
  }

  /** Goes to a visitor whose session has ended. F47 */
  async function start() {
    const result = await ask({ op: "session.start", conversation: desk.openRow?.conversation });
    if (result.ok) desk.whenServed(result.session, open);
  }

  function recall(seq) {
    return ask({ op: "message.recall", conversation: desk.openRow?.conversation, seq });
  }

  return { next: () => step(1), previous: () => step(-1), complete, completeAll, start, recall };
}
