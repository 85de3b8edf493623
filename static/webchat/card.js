// A product or an order that the link came with (or the host's page named): shown above the composer until the visitor
// sends it. Plain data, not signed: it says what the visitor wants to talk about, nothing more.
import { drawOrder, drawProduct } from "../messages/cards.js";
import { h, icon } from "../messages/dom.js";
import { linkUrl } from "../messages/url.js";
import { customElem } from "./csdesk-client.js";
import { notice } from "./banner.js";
import { $, t } from "./page.js";

const KINDS = {
  product: { src: "22", draw: drawProduct, texts: ["header", "desc"], links: ["pic", "url"], must: "header" },
  order: { src: "28", draw: drawOrder, texts: ["guide", "name", "desc"], links: ["pic"], must: "name" },
};
const LONGEST = 300;

/** The card of the address: `product=` or `order=` with JSON (plain or base64url), or `product_header=…&product_url=…`. */
export function offerCard(client, ctx, address = new URLSearchParams(location.search)) {
  for (const kind of Object.keys(KINDS)) {
    const said = read(kind, address);
    if (said === null) continue;
    if (said) return showCard(client, ctx, kind, said);
    return notice(t("cardUnreadable"));
  }
}

export function showCard(client, ctx, kind, said) {
  const { src, draw } = KINDS[kind];
  const content = checked(kind, said);
  if (!content) return notice(t("cardUnreadable"));
  const mark = `${kind} ${JSON.stringify(content)}`;
  if (client.store.load("card") === mark) return; // sent or sent away before
  const away = () => {
    client.store.save("card", mark);
    $("card").replaceChildren();
    $("card").hidden = true;
  };
  const send = () => {
    away();
    client.post(customElem(src, { content }));
    $("text").focus({ preventScroll: true });
  };
  const label = t("dismiss");
  $("card").replaceChildren(draw({ content }, ctx),
    h("button", { class: "button button--primary", type: "button", onclick: send }, t(kind === "order" ? "sendOrder" : "sendProduct")),
    h("button", { class: "icon-button", type: "button", "aria-label": label, title: label, onclick: away }, icon("close")));
  $("card").hidden = false;
}

// null: the address names none; undefined: it does, and cannot be read.
function read(kind, address) {
  const whole = address.get(kind);
  if (whole !== null) return parse(whole) ?? undefined;
  const { texts, links } = KINDS[kind];
  const parts = [...texts, ...links].filter((name) => address.has(`${kind}_${name}`));
  return parts.length ? Object.fromEntries(parts.map((name) => [name, address.get(`${kind}_${name}`)])) : null;
}

function parse(whole) {
  for (const decode of [(said) => said, fromBase64]) {
    try {
      const found = JSON.parse(decode(whole));
      if (found && typeof found === "object" && !Array.isArray(found)) return found;
    } catch {
      // the other way, or not at all
    }
  }
  return null;
}

function fromBase64(said) {
  const bytes = atob(said.replace(/-/g, "+").replace(/_/g, "/"));
  return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
}

// Only what a card may hold: short texts, http(s) addresses, up to ten fields of an order.
function checked(kind, said) {
  const { texts, links, must } = KINDS[kind];
  const content = {};
  for (const name of texts) content[name] = String(said[name] ?? "").slice(0, LONGEST);
  for (const name of links) content[name] = linkUrl(said[name]) ?? "";
  if (kind === "order") content.customField = (Array.isArray(said.customField) ? said.customField : []).slice(0, 10).map(field);
  return content[must] ? content : null;
}

function field(row) {
  return Object.fromEntries(["name", "value", "customerValue"].map((name) => [name, String(row?.[name] ?? "").slice(0, LONGEST)]));
}
