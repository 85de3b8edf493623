import { h, icon, text } from "./dom.js";

let groups = 0;

/** Rating card, src 9: stars when type is 1, else numbers; closed once answered or expired. */
export function drawRating(payload, ctx) {
  const { head, tail, menu = [], type, sessionId = "", expireTime, selected } = payload.menuContent ?? {};
  const stars = type === 1;
  const expired = !selected && Number(expireTime) > 0 && ctx.now() > Number(expireTime) * 1000;
  const card = h("div", { class: "rating sheet", data: { stars, closed: Boolean(selected || expired) } },
    h("p", { class: "sheet__title" }, head ?? ""));
  if (selected) card.append(...answer(menu, selected, stars, tail));
  else if (ctx.side !== "visitor") card.append(scale(menu, stars, -1), note(ctx, expired ? "ratingExpired" : "ratingAwaited"));
  else if (expired) card.append(scale(menu, stars, -1), note(ctx, "ratingExpired"));
  else card.append(form(menu, stars, sessionId, ctx));
  return card;
}

function note(ctx, key) {
  return h("p", { class: "rating__note" }, text(ctx.strings, key));
}

function answer(menu, selected, stars, tail) {
  // Ids differ in type between clients ("101", 101): compare as text, as the published plugin does.
  const index = menu.findIndex((level) => String(level.id) === String(selected.id));
  return [scale(menu, stars, index), h("p", { class: "rating__chosen" }, selected.content || menu[index]?.content || ""),
    tail ? h("p", { class: "rating__note" }, tail) : null].filter(Boolean);
}

function scale(menu, stars, index) {
  return h("div", { class: "rating__scale", "aria-hidden": "true" }, menu.map((_, at) =>
    h("span", { class: "rating__mark", data: { on: stars ? at <= index : at === index } }, stars ? icon("star") : String(at + 1))));
}

function form(menu, stars, sessionId, ctx) {
  groups += 1;
  const name = `rating-${groups}`;
  const words = h("p", { class: "rating__level", "aria-live": "polite" }, text(ctx.strings, "ratingHint"));
  const send = h("button", { class: "button button--primary rating__send", type: "submit", disabled: true },
    text(ctx.strings, "ratingSend"));
  const marks = menu.map((level, at) => mark(level, at, name, stars));
  const node = h("form", {
    class: "rating__form",
    onchange: () => {
      const at = chosen(node);
      marks.forEach((label, each) => { label.dataset.on = String(stars ? each <= at : each === at); });
      words.textContent = menu[at].content;
      send.disabled = false;
    },
    onsubmit: (event) => {
      event.preventDefault();
      const level = menu[chosen(node)];
      if (!level || node.dataset.busy) return;
      busy(node, send, true);
      setTimeout(() => busy(node, send, false), 5000); // refused or lost: try again
      ctx.onRate?.({ id: level.id, content: level.content, sessionId });
    },
  }, h("fieldset", { class: "rating__scale" }, h("legend", { class: "visually-hidden" }, text(ctx.strings, "rate")), marks), words, send);
  return node;
}

function mark(level, at, name, stars) {
  return h("label", { class: "rating__mark", title: level.content, data: { on: false } },
    h("input", { class: "rating__input", type: "radio", name, value: at }),
    h("span", { class: "visually-hidden" }, level.content),
    h("span", { class: "rating__face", "aria-hidden": "true" }, stars ? icon("star") : String(at + 1)));
}

function chosen(node) {
  return Number(node.querySelector("input:checked")?.value ?? -1);
}

function busy(node, send, on) {
  if (on) node.dataset.busy = "1";
  else delete node.dataset.busy;
  send.disabled = on;
}
