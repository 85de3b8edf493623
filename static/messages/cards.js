import { h, icon, text } from "./dom.js";
import { linkUrl, mediaUrl } from "./url.js";

/** Product card, src 22: the whole card opens the product's page, when that is http(s). */
export function drawProduct({ content = {} }, ctx) {
  const href = linkUrl(content.url);
  const inside = [thumbnail(content.pic, ctx), h("span", { class: "product__words" },
    h("span", { class: "product__name" }, content.header ?? ""),
    content.desc ? h("span", { class: "product__desc" }, content.desc) : null)];
  if (!href) return h("div", { class: "product sheet" }, inside);
  return h("a", { class: "product sheet", href, target: "_blank", rel: "noopener noreferrer nofollow" }, inside,
    h("span", { class: "product__go" }, icon("right"), h("span", { class: "visually-hidden" }, text(ctx.strings, "newWindow"))));
}

/** Order card, src 28: what it is about, the thing, its fields. */
export function drawOrder({ content = {} }, ctx) {
  const fields = Array.isArray(content.customField) ? content.customField : [];
  return h("div", { class: "order sheet" },
    content.guide ? h("p", { class: "order__guide" }, content.guide) : null,
    h("div", { class: "product" }, thumbnail(content.pic, ctx), h("span", { class: "product__words" },
      h("span", { class: "product__name" }, content.name ?? ""),
      content.desc ? h("span", { class: "product__desc" }, content.desc) : null)),
    fields.length ? h("dl", { class: "order__fields" }, fields.map(field)) : null);
}

function field({ name, value, customerValue }) {
  const label = String(name || value || "").replace(/[::]\s*$/, "");
  return h("div", {}, h("dt", {}, label), h("dd", {}, String((name && value) || customerValue || "")));
}

function thumbnail(pic, ctx) {
  const src = mediaUrl(pic, ctx);
  if (!src) return h("span", { class: "product__pic" }, icon("image"));
  return h("img", { class: "product__pic", src, alt: "", width: 72, height: 72, loading: "lazy" });
}
