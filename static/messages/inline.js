// What stands inside a line of markdown: emphasis, code, links, pictures.
import { h } from "./dom.js";
import { link, linkify } from "./linkify.js";
import { linkUrl, mediaUrl } from "./url.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&#39;": "'", "&#x27;": "'", "&nbsp;": "\u00a0" };
const TOKENS = [
  [/\\([\\`*_{}[\]()#+.!~>|-])/y, (match) => match[1]],
  [/`([^`]{1,4000})`/y, (match) => h("code", {}, decode(match[1]))],
  [/!\[([^\]]{0,400})\]\(\s*<?((?:[^\s()<>]|\([^\s()<>]*\)){1,2000})>?(?:\s+"[^"]{0,200}")?\s*\)/y, picture],
  [/\[([^\]]{1,400})\]\(\s*<?((?:[^\s()<>]|\([^\s()<>]*\)){1,2000})>?(?:\s+"[^"]{0,200}")?\s*\)/y, anchor],
  [/<(https?:\/\/[^\s>]{1,2000})>/iy, (match) => link(linkUrl(match[1]) ?? "about:blank", match[1])],
  [/\*\*(?=\S)([^*]{1,4000}?\S|\S)\*\*/y, (match, ctx, depth) => h("strong", {}, inline(match[1], ctx, depth + 1))],
  [/__(?=\S)([^_]{1,4000}?\S|\S)__/y, (match, ctx, depth) => h("strong", {}, inline(match[1], ctx, depth + 1))],
  [/~~(?=\S)([^~]{1,4000})~~/y, (match, ctx, depth) => h("s", {}, inline(match[1], ctx, depth + 1))],
  [/\*(?=[^\s*])([^*]{1,4000})\*/y, (match, ctx, depth) => h("em", {}, inline(match[1], ctx, depth + 1))],
  [/(?<![A-Za-z0-9_])_(?=[^\s_])([^_]{1,4000})_(?![A-Za-z0-9_])/y,
    (match, ctx, depth) => h("em", {}, inline(match[1], ctx, depth + 1))],
  [/ {2,}\n|\n/y, () => h("br")],
];
const SPECIAL = /[\\`!\[<*_~\n]/g;

/** Nodes for one run of inline markdown. */
export function inline(source, ctx, depth = 0) {
  const nodes = [];
  let plain = "";
  let at = 0;
  const flush = () => {
    nodes.push(...linkify(decode(plain)));
    plain = "";
  };
  while (at < source.length) {
    const token = depth < 6 ? tokenAt(source, at, ctx, depth) : null;
    if (token) {
      if (typeof token.node === "string") plain += token.node;
      else {
        flush();
        nodes.push(token.node);
      }
      at = token.end;
    } else {
      const end = nextSpecial(source, at + 1);
      plain += source.slice(at, end);
      at = end;
    }
  }
  flush();
  return nodes;
}

function tokenAt(source, at, ctx, depth) {
  for (const [pattern, make] of TOKENS) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    const node = match && make(match, ctx, depth);
    if (node) return { node, end: at + match[0].length };
  }
  return null;
}

function nextSpecial(source, from) {
  SPECIAL.lastIndex = from;
  return SPECIAL.exec(source)?.index ?? source.length;
}

function picture([, alt, address], ctx) {
  const src = mediaUrl(decode(address), ctx);
  if (!src || src.startsWith("blob:")) return alt || null;
  return h("img", { src, alt: decode(alt), loading: "lazy", class: "md-image", "data-zoom": src });
}

function anchor([, label, address], ctx, depth) {
  const href = linkUrl(decode(address));
  return href ? link(href, ...inline(label, ctx, depth + 1).map(unlink)) : label;
}

// A link must not hold another one.
function unlink(node) {
  return node instanceof HTMLAnchorElement ? node.textContent : node;
}

function decode(value) {
  return value.replace(/&(?:lt|gt|amp|quot|#39|#x27|nbsp);/g, (entity) => ENTITIES[entity]);
}
