import { h, icon, text } from "./dom.js";
import { isFinished, payloadOf } from "./events.js";

const VOTES = { up: "voteUp", down: "voteDown" };

/** Thumbs under what the bot answered: buttons for the visitor, the vote alone for staff; null under anything else. */
export function drawVote(entry, ctx) {
  if (entry.from?.kind !== "bot" || entry.from.id !== "answer" || !isWhole(entry.elem)) return null;
  if (!ctx.onVote) return entry.vote ? sign(entry.vote, ctx) : null;
  const group = h("span", { class: "vote", role: "group", "aria-label": text(ctx.strings, "voteQuestion") });
  for (const way of Object.keys(VOTES)) group.append(button(way, entry, ctx));
  return group;
}

// Not under cards, nor while an answer still grows.
function isWhole(elem) {
  const payload = payloadOf(elem);
  return payload ? payload.src === "30" || (payload.src === "31" && isFinished(payload))
    : elem.MsgType === "TIMTextElem";
}

function button(way, entry, ctx) {
  const label = text(ctx.strings, VOTES[way]);
  return h("button", { class: "vote__button", type: "button", title: label, "aria-label": label, "data-way": way,
    "aria-pressed": String(entry.vote === way), onclick: () => ctx.onVote(entry.seq, way === "up") }, icon(way === "up" ? "thumb" : "thumbDown"));
}

function sign(way, ctx) {
  return h("span", { class: "vote vote--told", data: { way } }, icon(way === "up" ? "thumb" : "thumbDown"),
    h("span", { class: "visually-hidden" }, text(ctx.strings, VOTES[way])));
}
