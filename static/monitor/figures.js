// The strip of figures above the lists, and the queues.
import { h, text } from "../messages/dom.js";
import { shortDuration } from "../workbench/clock.js";
import { keyed, setText } from "../workbench/keyed.js";

/** Fills the [data-figure] places of `root`. */
export function drawFigures(root, board, strings) {
  const { counts, today } = board;
  const oldest = Math.min(...board.queues.map((queue) => queue.oldest ?? Infinity));
  const words = {
    waiting: counts.waiting, serving: counts.serving, flow: counts.flow, at_risk: counts.at_risk,
    oldest: Number.isFinite(oldest) ? shortDuration(board.now() - oldest) : "–",
    agents: board.agents.filter((agent) => agent.status !== "offline").length,
    free: board.agents.filter((agent) => agent.status === "free").length,
    opened: today.opened ?? "–", handed_over: today.handed_over ?? "–", abandoned: today.abandoned ?? "–",
    accepted: today.accepted === null || today.accepted === undefined ? "–" : `${today.accepted}%`,
    mean_wait: typeof today.mean_wait === "number" ? shortDuration(today.mean_wait * 1000) : "–",
    rating: today.rating ? `${today.rating} (${text(strings, "monRatings", { n: today.ratings })})` : "–",
  };
  for (const place of root.querySelectorAll("[data-figure]")) {
    const value = words[place.dataset.figure];
    setText(place, String(value));
    place.closest("[data-tone]")?.toggleAttribute("data-on", Number(value) > 0);
  }
  for (const place of root.querySelectorAll("[data-count]")) setText(place, String(countOf(place.dataset.count, board)));
}

function countOf(name, board) {
  return { sessions: board.total, agents: board.agents.length, queues: board.counts.waiting }[name];
}

export function drawQueues(body, board, strings) {
  keyed(body, board.queues, { key: (queue) => queue.group ?? 0, create: (queue) => queueRow(queue, strings), update: (row, queue) => {
    const [name, waiting, oldest, free] = row.children;
    setText(name.firstChild, queue.name || text(strings, "commonQueue"));
    setText(waiting, String(queue.waiting));
    setText(oldest, queue.oldest ? shortDuration(board.now() - queue.oldest) : "–");
    setText(free, `${queue.free} / ${queue.at_work}`);
    row.dataset.level = queue.waiting && !queue.free ? "late" : queue.waiting ? "overdue" : "";
  } });
}

function queueRow(queue, strings) {
  return h("tr", {}, h("th", { scope: "row" }, h("span", {})), cell(strings, "monWaiting"), cell(strings, "monLongestWait"), cell(strings, "monFreeOf"));
}

function cell(strings, label) {
  return h("td", { "data-label": text(strings, label), class: "mon-number" });
}
