// The connection of a monitoring page, of the workbench or the console, and what is drawn when something comes.
import { everySecond } from "../workbench/clock.js";
import { Link, socketAt } from "../workbench/link.js";
import { Board } from "./board.js";
import { drawFigures, drawQueues } from "./figures.js";
import { watchFilters } from "./filters.js";

/** `lists` are drawn after every frame and every second. Returns {link, board, show(...lists), start()}. */
export function monitor({ root, strings, language, socket }) {
  const board = new Board();
  const link = new Link(socketAt(socket), () => ({ op: "hello", language }), strings.notConnected);
  const filters = watchFilters({ root, board, strings, ask: look });
  const lists = [];

  function look() {
    if (link.state === "online" && !document.hidden) link.tell({ op: "monitor", ...filters.wanted() });
  }

  function draw() {
    if (document.hidden || !board.isKnown) return;
    root.querySelector("[data-board]")?.removeAttribute("aria-busy");
    drawFigures(root, board, strings);
    drawQueues(root.querySelector("[data-queues]"), board, strings);
    filters.draw();
    for (const list of lists) list.draw();
  }

  async function online() {
    look();
    const found = await link.ask({ op: "filters" });
    if (found.ok) filters.fill(found);
  }

  link.addEventListener("frame", ({ detail: frame }) => frame.op === "monitor" && board.apply(frame));
  link.addEventListener("state", ({ detail }) => detail === "online" && online());
  board.addEventListener("changed", draw);
  document.addEventListener("visibilitychange", () => (document.hidden ? link.tell({ op: "monitor.stop" }) : look()));
  everySecond(draw);
  return { link, board, show: (...more) => lists.push(...more), start: () => link.connect() };
}
