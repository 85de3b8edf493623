// The one message renderer: visitor's chat and workbench draw every entry with it.
import { drawOrder, drawProduct } from "./cards.js";
import { drawBranch, drawForm, drawQuestions } from "./choices.js";
import { h, icon, text } from "./dom.js";
import { isFinished, payloadOf } from "./events.js";
import { linkify } from "./linkify.js";
import { markdown } from "./markdown.js";
import { drawFace, drawFile, drawImage, drawSound, drawVideo } from "./media.js";
import { drawRating } from "./rating.js";
import { offerRecall, tombstone } from "./recall.js";
import { setState } from "./state.js";
import { clock, full } from "./time.js";
import { mediaUrl } from "./url.js";
import { drawVote } from "./vote.js";

export { applyEvent } from "./events.js";
export { previewText } from "./preview.js";
export { markRead, setState } from "./state.js";

// Flags, F11; 13, 17, 18 and 25 are robot commands that no published client draws either.
const HIDDEN = new Set(["7", "10", "12", "13", "17", "18", "23", "24", "25", "26", "27"]);
const LINES = { 19: "sessionEnded", 20: "sessionTimedOut" };
const MEDIA = {
  TIMImageElem: drawImage, TIMFileElem: drawFile, TIMSoundElem: drawSound, TIMVideoFileElem: drawVideo, TIMFaceElem: drawFace,
};
const DRAW = {
  9: drawRating, 15: drawBranch, 21: drawForm, 22: drawProduct, 28: drawOrder, 29: drawQuestions,
  30: (payload, ctx) => rich(String(payload.content ?? ""), ctx),
  31: drawStreamed,
};

/**
 * An element for `entry`, or null for flags and events (F11).
 *
 * ctx: side "visitor" | "agent", strings, language, now(), fileUrl(url), onChoice(text),
 * onRate({id, content, sessionId}), onResend(clientId), onRecall(entry), onVote(seq, isUp). entry.state ("pending", "sent", "read", "failed")
 * and entry.reason may be set by the caller on own entries.
 */
export function renderEntry(entry, ctx) {
  if (entry.recalled) return line(tombstone(entry, ctx), entry, ctx);
  if (!entry.elem) return null;
  const payload = payloadOf(entry.elem);
  const src = payload ? String(payload.src) : "";
  if (HIDDEN.has(src)) return null;
  if (LINES[src]) return line(text(ctx.strings, LINES[src]), entry, ctx, "entry--end");
  if (entry.from?.kind === "system" && entry.elem.MsgType === "TIMTextElem") {
    return line(linkify(entry.elem.MsgContent?.Text ?? ""), entry, ctx, "entry--said");
  }
  const node = frame(body(entry.elem, payload, src, ctx), entry, ctx);
  if (src === "31" && !isFinished(payload)) growing(node);
  return node;
}

// Every piece replaces the one before: a screen reader hears the answer once, when it is whole.
function growing(node) {
  node.setAttribute("aria-live", "off");
  node.setAttribute("aria-busy", "true");
}

function body(elem, payload, src, ctx) {
  if (elem.MsgType === "TIMTextElem") return h("div", { class: "bubble" }, linkify(elem.MsgContent?.Text ?? ""));
  if (MEDIA[elem.MsgType]) return MEDIA[elem.MsgType](elem.MsgContent, ctx);
  return DRAW[src]?.(payload, ctx) ?? h("div", { class: "bubble bubble--quiet" }, text(ctx.strings, "unsupported"));
}

function rich(source, ctx) {
  const node = h("div", { class: "bubble bubble--rich" });
  node.append(markdown(source, ctx));
  return node;
}

function drawStreamed(payload, ctx) {
  const node = rich((Array.isArray(payload.chunks) ? payload.chunks : []).join(""), ctx);
  if (!isFinished(payload)) end(node).append(h("span", { class: "caret", "aria-hidden": "true" }));
  return node;
}

// The block that is being written: a list's last item rather than the list.
function end(node) {
  const last = node.lastElementChild;
  return last?.matches("p, ul, ol, li, blockquote, pre, code") ? end(last) : node;
}

function line(words, entry, ctx, look = "") {
  return h("div", { class: `entry entry--line ${look}`, data: { seq: entry.seq ?? "", at: entry.at, kind: "system" } },
    h("p", {}, label(ctx), words, ctx.side === "visitor" ? null : h("span", { class: "entry__when" }, when(entry, ctx))));
}

// Staff read whose words these are, and when (W28); to visitors the tone says enough.
function label(ctx) {
  const words = text(ctx.strings, "system");
  return h("span", { class: ctx.side === "visitor" ? "visually-hidden" : "entry__tag" }, words);
}

function frame(content, entry, ctx) {
  const kind = entry.from?.kind ?? "system";
  const right = ctx.side === "visitor" ? kind === "visitor" : kind !== "visitor";
  const own = kind === ctx.side;
  const node = h("div", {
    class: kind === "system" ? "entry entry--middle" : "entry", "data-client-id": entry.client_id || null,
    data: { seq: entry.seq ?? "", at: entry.at, kind, right, from: `${kind}:${entry.from?.id ?? ""}` },
  }, face(entry, kind, ctx), h("div", { class: "entry__main" },
    h("p", { class: "entry__name" }, name(entry, kind, own, ctx)), content,
    h("p", { class: "entry__foot" }, when(entry, ctx), own ? h("span", { class: "entry__state" }) : drawVote(entry, ctx))));
  if (own) {
    setState(node, entry.state ?? "sent", ctx, entry.reason);
    offerRecall(node, entry, ctx);
  }
  return node;
}

function name(entry, kind, own, ctx) {
  if (own && ctx.side === "visitor") return h("span", { class: "visually-hidden" }, text(ctx.strings, "you"));
  const label = entry.from?.name || text(ctx.strings, kind);
  const tag = kind === "bot" ? h("span", { class: "entry__tag" }, text(ctx.strings, "botTag")) : null;
  return tag ? h("span", {}, label, " ", tag) : label;
}

function when(entry, ctx) {
  return h("time", { datetime: new Date(entry.at).toISOString(), title: full(entry.at, ctx.language) }, clock(entry.at, ctx.language));
}

/** Picture, or the first letter of a name; the bot and the system have a sign of their own. */
function face(entry, kind, ctx) {
  const src = mediaUrl(entry.from?.avatar, ctx);
  const inside = src ? h("img", { src, alt: "", width: 32, height: 32 })
    : kind === "bot" ? icon("robot") : kind === "system" ? icon("alert") : initial(entry.from?.name || text(ctx.strings, kind));
  return h("span", { class: "avatar entry__face", data: { kind }, "aria-hidden": "true" }, inside);
}

function initial(words) {
  return [...words.trim()][0]?.toUpperCase() ?? "";
}
