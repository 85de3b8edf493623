import { h, icon, text } from "./dom.js";

const WITHIN = 120_000;

/** The button that takes an own stored message back; gone when it is too late (A27). */
export function offerRecall(node, entry, ctx) {
  const left = entry.at + WITHIN - ctx.now();
  if (!ctx.onRecall || !entry.seq || left <= 0) return;
  const label = text(ctx.strings, "recall");
  const button = h("button", { class: "entry__recall", type: "button", title: label, "aria-label": label,
    onclick: () => {
      button.disabled = true;
      setTimeout(() => { button.disabled = false; }, 3000); // refused, or lost on the way
      ctx.onRecall(entry);
    } }, icon("undo"));
  node.append(button);
  setTimeout(() => button.remove(), left);
}

/** What stands in the place of a recalled message. */
export function tombstone(entry, ctx) {
  if (entry.from?.kind === ctx.side) return text(ctx.strings, "recalledOwn");
  return text(ctx.strings, "recalledBy", { name: entry.from?.name || text(ctx.strings, entry.from?.kind ?? "system") });
}
