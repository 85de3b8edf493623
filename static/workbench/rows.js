// What new entries do to a conversation's rows, and how long a visitor has been waiting. Pure.
import { previewText } from "../messages/render.js";

export const OVERDUE_MS = 60_000; // where no target is known
export const TIMES_LATE = 3;

/** Changes the rows in place; returns {row, entry} for each visitor's message of a running session. */
export function applyEntries(rows, entries, strings) {
  const said = [];
  for (const row of rows) {
    for (const entry of entries) {
      if (entry.seq <= row.last_seq) continue;
      row.last_seq = entry.seq;
      row.last_at = entry.at;
      row.preview = previewText(entry, strings) || row.preview;
      applySession(row, entry);
      if (isVisitors(entry) && row.session.state === "serving") {
        row.unread += 1;
        said.push({ row, entry });
      }
    }
  }
  return said;
}

function applySession(row, entry) {
  const session = entry.event?.type === "session.changed" ? entry.event.session : null;
  if (session?.id === row.session.id) row.session = session;
}

function isVisitors(entry) {
  return entry.from?.kind === "visitor" && Boolean(entry.elem);
}

/** Since when (ms) the visitor of a served row waits for an answer; null when he does not. W24 */
export function waitingSince(row, entries) {
  if (row.session.state !== "serving") return null;
  if (!entries) return row.targets?.waits_since ?? null;
  let since = row.session.served_at;
  for (const entry of entries) {
    if (entry.session !== row.session.id || !entry.elem || entry.at < row.session.served_at) continue;
    if (entry.from.kind === "agent") since = null;
    else if (entry.from.kind === "visitor") since ??= entry.at;
  }
  return since;
}

/** "" | "overdue" | "late": beyond the target (seconds, 0 for none), and three times as long. */
export function waitLevel(since, now, targets) {
  const target = targets ? targets.seconds * 1000 : OVERDUE_MS;
  if (since === null || !target || now - since < target) return "";
  return now - since < target * TIMES_LATE ? "overdue" : "late";
}
