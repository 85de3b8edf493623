import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { linkUrl } from "./url.js";

// Chinese text has no spaces around addresses: stop at CJK characters and full-width punctuation too.
const ADDRESS = /https?:\/\/[^\s<>"'`\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+/gi;

/** Nodes for plain text in which http(s) addresses are links; newlines are kept by CSS. */
export function linkify(source) {
  const value = withEmoji(source);
  const nodes = [];
  let end = 0;
  for (const match of value.matchAll(ADDRESS)) {
    const shown = trim(match[0]);
    const href = linkUrl(shown);
    if (!href) continue;
    nodes.push(value.slice(end, match.index), link(href, shown));
    end = match.index + shown.length;
  }
  nodes.push(value.slice(end));
  return nodes.filter((node) => node !== "");
}

/** A link that opens outside the chat and tells the other site nothing. */
export function link(href, ...children) {
  return h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, ...children);
}

function trim(address) {
  let shown = address.replace(/[.,;:!?*]+$/, "");
  while (shown.endsWith(")") && !shown.includes("(")) shown = shown.slice(0, -1);
  return shown;
}
