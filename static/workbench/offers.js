// The bar of a session that is offered: who asks, for which group, how long is left, 接入 and 拒绝. W34, W35
import { h, text } from "../messages/dom.js";
import { everySecond } from "./clock.js";
import { keyed, setText } from "./keyed.js";

const HURRY_SECONDS = 5;

export function watchOffers({ root, desk, link, strings, toast, open }) {
  const list = root.querySelector("[data-offers]");
  const said = root.querySelector("[data-offers-said]");

  async function act(offer, op, node) {
    for (const button of node.querySelectorAll("button")) button.disabled = true;
    const result = await link.ask({ op, session: offer.session });
    for (const button of node.querySelectorAll("button")) button.disabled = false;
    if (!result.ok) toast(result.reason, "danger");
    else if (op === "offer.accept") desk.whenServed(offer.session, open);
    if (result.ok) desk.dropOffer(offer.session);
  }

  function create(offer) {
    const node = h("li", { class: "offer" });
    node.append(
      h("strong", { class: "offer__who" }), h("span", { class: "offer__what" }), h("span", { class: "offer__left", role: "timer" }),
      h("button", { type: "button", class: "button button--small", onclick: () => act(offer, "offer.refuse", node) }, text(strings, "refuse")),
      h("button", { type: "button", class: "button button--primary button--small offer__accept", title: `${text(strings, "accept")} (Alt+A)`,
        onclick: () => act(offer, "offer.accept", node) }, text(strings, "accept")));
    return node;
  }

  function words(offer) {
    const name = offer.visitor.name;
    return offer.from ? text(strings, "offerTransferred", { from: offer.from, name }) : text(strings, "offerFrom", { name });
  }

  function update(node, offer, now) {
    setText(node.querySelector(".offer__who"), words(offer));
    setText(node.querySelector(".offer__what"), [offer.group, offer.channel.name, offer.note || offer.preview].filter(Boolean).join(" · "));
    const left = offer.until === null ? null : Math.max(0, Math.ceil((offer.until - now) / 1000));
    setText(node.querySelector(".offer__left"), left === null ? "" : text(strings, "secondsLeft", { n: left }));
    node.dataset.hurry = left !== null && left <= HURRY_SECONDS;
  }

  function draw(now = Date.now()) {
    list.parentElement.hidden = !desk.offers.length;
    keyed(list, desk.offers, { key: (offer) => offer.session, create, update: (node, offer) => update(node, offer, now) });
  }

  desk.addEventListener("offers", () => draw());
  desk.addEventListener("offered", ({ detail: offer }) => setText(said, words(offer)));
  everySecond(draw);
  return { acceptFirst: () => list.querySelector(".offer__accept")?.click() };
}
