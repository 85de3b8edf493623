// A safe subset of markdown as DOM nodes. The server has sanitised it; nothing here trusts that.
import { h } from "./dom.js";
import { inline } from "./inline.js";

const FENCE = /^\s{0,3}(```|~~~)/;
const HEADING = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^\s{0,3}([-*_])(\s*\1){2,}\s*$/;
const QUOTE = /^\s{0,3}>\s?/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;

/** A fragment for markdown `source`. */
export function markdown(source, ctx) {
  const fragment = document.createDocumentFragment();
  fragment.append(...blocks(source.replace(/\r\n?/g, "\n").split("\n"), ctx, 0));
  return fragment;
}

function blocks(lines, ctx, depth) {
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    const read = depth > 4 ? paragraph : reader(lines[at]);
    const [node, next] = read(lines, at, ctx, depth);
    if (node) nodes.push(node);
    at = next;
  }
  return nodes;
}

function reader(line) {
  if (!line.trim()) return (_, at) => [null, at + 1];
  if (FENCE.test(line)) return code;
  if (HEADING.test(line)) return heading;
  if (RULE.test(line)) return (_, at) => [h("hr"), at + 1];
  if (QUOTE.test(line)) return quote;
  if (ITEM.test(line)) return list;
  return paragraph;
}

function code(lines, at) {
  const fence = FENCE.exec(lines[at])[1];
  let end = at + 1;
  while (end < lines.length && !lines[end].trim().startsWith(fence)) end += 1;
  return [h("pre", { tabindex: "0" }, h("code", {}, lines.slice(at + 1, end).join("\n"))), end + 1];
}

function heading(lines, at, ctx) {
  const [, marks, words] = HEADING.exec(lines[at]);
  // Strong words, not a heading of the page: its outline belongs to the page.
  return [h("p", { class: "md-heading", data: { level: marks.length } }, h("strong", {}, inline(words, ctx))), at + 1];
}

function quote(lines, at, ctx, depth) {
  let end = at;
  while (end < lines.length && QUOTE.test(lines[end])) end += 1;
  const inner = lines.slice(at, end).map((line) => line.replace(QUOTE, ""));
  return [h("blockquote", {}, blocks(inner, ctx, depth + 1)), end];
}

function list(lines, at, ctx, depth) {
  const first = ITEM.exec(lines[at]);
  const ordered = /\d/.test(first[2]);
  const node = h(ordered ? "ol" : "ul", ordered ? { start: parseInt(first[2], 10) } : {});
  let end = at;
  while (end < lines.length) {
    const item = ITEM.exec(lines[end]);
    if (!item || item[1].length > first[1].length + 1 || /\d/.test(item[2]) !== ordered) break;
    const [body, next] = itemBody(lines, end, item);
    const words = h("li", {}, inline(body[0], ctx));
    words.append(...blocks(body.slice(1), ctx, depth + 1));
    node.append(words);
    end = next;
  }
  return [node, end];
}

// The lines of one item: its own, and the more deeply indented ones after it.
function itemBody(lines, at, item) {
  const indent = item[1].length + 2;
  const body = [item[3]];
  let end = at + 1;
  while (end < lines.length && lines[end].trim() && lines[end].search(/\S/) >= indent) {
    body.push(lines[end].slice(indent));
    end += 1;
  }
  return [body, end];
}

function paragraph(lines, at, ctx, depth) {
  let end = at + 1;
  while (end < lines.length && lines[end].trim() && (depth > 4 || reader(lines[end]) === paragraph)) end += 1;
  return [h("p", {}, inline(lines.slice(at, end).map((line) => line.trim()).join("\n"), ctx)), end];
}
