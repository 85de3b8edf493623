// 已读: told to the visitor only when the message was really in view.

export function watchReading({ desk, threads, link }) {
  function look() {
    const row = desk.openRow;
    if (!row || document.hidden || !document.hasFocus() || !threads.has(row.conversation)) return;
    const { stream, timeline, isReady } = threads.get(row.conversation);
    if (!isReady || !timeline.isAtEnd || !timeline.node.offsetParent) return;
    if (row.session.state === "serving" && desk.markRead(row, stream.last)) {
      link.tell({ op: "read", conversation: row.conversation, seq: stream.last });
    }
  }

  addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
  return look;
}
