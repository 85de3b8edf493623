// Day lines, and messages of one sender within two minutes drawn as one group.
import { h } from "../messages/dom.js";
import { day, midnight } from "../messages/time.js";

const TOGETHER_MS = 120_000;

/** Sets what `node` owes to the entry before it. Call it for a new node and for the one after it. */
export function arrange(node, ctx) {
  if (!node.classList.contains("entry")) return;
  let before = node.previousElementSibling;
  if (before?.classList.contains("day")) {
    before.remove();
    before = node.previousElementSibling;
  }
  const at = Number(node.dataset.at);
  const then = before ? Number(before.dataset.at) : 0;
  const sameDay = before && midnight(at) === midnight(then);
  if (!sameDay) node.before(h("div", { class: "day", role: "separator", "aria-label": words(at, ctx) }, words(at, ctx)));
  const joined = sameDay && node.dataset.from && node.dataset.from === before.dataset.from && at - then < TOGETHER_MS;
  node.classList.toggle("entry--joined", Boolean(joined));
}

function words(at, ctx) {
  return day(at, ctx.language, ctx.strings, ctx.now());
}
