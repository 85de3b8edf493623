import { text } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { payloadOf } from "./events.js";

const KINDS = { TIMImageElem: "picture", TIMSoundElem: "voice", TIMVideoFileElem: "video", TIMFaceElem: "face" };

const CONTENT = {
  9: (payload) => payload.menuContent?.head,
  15: (payload) => payload.content?.header ?? payload.content?.title,
  21: (payload) => payload.content?.header,
  22: (payload) => payload.content?.header,
  28: (payload) => payload.content?.name ?? payload.content?.guide,
  29: (payload) => payload.content?.title,
  30: (payload) => plain(String(payload.content ?? "")),
  31: (payload) => plain((payload.chunks ?? []).join("")),
};

/** One line for lists, titles and notices. */
export function previewText(entry, strings) {
  if (entry.recalled) return text(strings, "recalled");
  const elem = entry.elem;
  if (!elem) return "";
  if (elem.MsgType === "TIMTextElem") return withEmoji(elem.MsgContent?.Text ?? "").replace(/\s+/g, " ").trim();
  if (KINDS[elem.MsgType]) return `[${text(strings, KINDS[elem.MsgType])}]`;
  if (elem.MsgType === "TIMFileElem") return `[${text(strings, "file")}] ${elem.MsgContent?.FileName ?? ""}`.trim();
  const payload = payloadOf(elem);
  if (!payload) return text(strings, "unsupported");
  const src = String(payload.src);
  if (src === "19" || src === "20") return text(strings, src === "19" ? "sessionEnded" : "sessionTimedOut");
  return CONTENT[src]?.(payload) ?? "";
}

function plain(markdown) {
  return markdown.replace(/!\[([^\]]*)\]\([^)]*\)/g, "[$1]").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[*_`#>~]+/g, "").replace(/\s+/g, " ").trim().slice(0, 200);
}
