import { h, icon, text } from "./dom.js";

const SIGNS = { pending: "clock", sent: "check", read: "checks", failed: "alert" };

/** Shows how far an own message has come: pending, sent, read or failed (with a reason and 重发). */
export function setState(node, state, ctx, reason = "") {
  if (node.dataset.state === state && state !== "failed") return;
  node.dataset.state = state;
  const foot = node.querySelector(".entry__state");
  if (!foot) return;
  const words = text(ctx.strings, state);
  foot.replaceChildren(icon(SIGNS[state] ?? "check"));
  if (state !== "failed") foot.append(h("span", { class: "visually-hidden" }, words));
  else foot.append(h("span", {}, reason || words), resend(node, ctx));
  foot.title = words;
}

/** Everything of one's own up to `seq` was read by the other side. */
export function markRead(list, seq, ctx) {
  for (const node of list.querySelectorAll('.entry[data-state="sent"]')) {
    if (Number(node.dataset.seq) <= seq) setState(node, "read", ctx);
  }
}

function resend(node, ctx) {
  return h("button", { class: "entry__resend", type: "button",
    onclick: () => ctx.onResend?.(node.dataset.clientId) }, text(ctx.strings, "resend"));
}
