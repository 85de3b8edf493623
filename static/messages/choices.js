import { h, icon, text } from "./dom.js";

const PAGE = 5;

/** Branch, src 15: a menu whose items send their text. */
export function drawBranch(payload, ctx) {
  const { header, title, tail, items, selected } = payload.content ?? {};
  return sheet(header ?? title, [
    rows(items, ctx, selected?.content),
    chosenLine(items, ctx, selected?.content),
    tail ? h("p", { class: "choices__tail" }, tail) : null,
  ]);
}

/** Form, src 21: type 1 offers options, anything else is answered by typing. */
export function drawForm(payload, ctx) {
  const { header, type, items, selected } = payload.content ?? {};
  if (Number(type) === 1) return sheet(header, [rows(items, ctx, selected?.content), chosenLine(items, ctx, selected?.content)]);
  const answered = selected?.content;
  return sheet(header, [h("p", { class: "choices__hint", data: { answered: Boolean(answered) } },
    ...(answered ? [icon("check"), answered] : [text(ctx.strings, "typeAnswer")]))]);
}

/** Welcome card (pages of five, ↻) and guiding questions, src 29. */
export function drawQuestions(payload, ctx) {
  const { title, items = [] } = payload.content ?? {};
  if (payload.subtype !== "welcome_msg" || items.length <= PAGE) return sheet(title, [rows(items, ctx)], "spark");
  let page = 0;
  const pages = Math.ceil(items.length / PAGE);
  const slice = () => items.slice(page * PAGE, (page + 1) * PAGE);
  let list = rows(slice(), ctx);
  const turn = h("button", {
    class: "icon-button choices__turn", type: "button", title: text(ctx.strings, "otherQuestions"),
    "aria-label": text(ctx.strings, "otherQuestions"),
    onclick: () => {
      page = (page + 1) % pages;
      const next = rows(slice(), ctx);
      list.replaceWith(next);
      list = next;
    },
  }, icon("refresh"));
  return sheet(title, [list], "spark", turn);
}

function sheet(title, children, look = "", corner = null) {
  const heading = title || corner ? h("div", { class: "sheet__head" }, h("p", { class: "sheet__title" }, title ?? ""), corner) : null;
  return h("div", { class: "choices sheet", data: { look } }, heading, children);
}

// One button a row. The chosen one stays marked and the others go quiet; staff see the same, without buttons.
function rows(items, ctx, chosen) {
  const list = h("ul", { class: "choices__rows" });
  const done = chosen !== undefined && chosen !== null;
  for (const item of Array.isArray(items) ? items : []) {
    const words = h("span", { class: "choice__words" }, h("span", {}, item.content ?? ""),
      item.desc ? h("span", { class: "choice__desc" }, item.desc) : null);
    const marked = done && item.content === chosen;
    const state = marked ? h("span", { class: "visually-hidden" }, text(ctx.strings, "chosen")) : null;
    const sign = marked ? icon("check") : done ? null : icon("right");
    const row = ctx.side === "visitor"
      ? h("button", { class: "choice", type: "button", disabled: done, data: { chosen: marked },
          onclick: () => choose(list, row, item, ctx) }, words, sign, state)
      : h("div", { class: "choice", data: { chosen: marked, still: true } }, words, marked ? sign : null, state);
    list.append(h("li", {}, row));
  }
  return list;
}

// Staff read at a glance what was chosen: 「1: 售前咨询」.
function chosenLine(items, ctx, chosen) {
  const item = ctx.side !== "visitor" && Array.isArray(items) ? items.find((each) => each.content === chosen) : null;
  return item?.desc ? h("p", { class: "choices__hint", data: { answered: true } }, icon("check"), `${item.content}: ${item.desc}`) : null;
}

// Deaf for a moment: two taps must not ask twice. The echo or a modified message tells the rest.
function choose(list, row, item, ctx) {
  if (list.dataset.deaf) return;
  list.dataset.deaf = "1";
  setTimeout(() => delete list.dataset.deaf, 1200);
  ctx.onChoice?.(item.content);
}
