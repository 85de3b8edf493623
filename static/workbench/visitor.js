// The right column: who the visitor is. openid and session id can be copied.
import { h, text } from "../messages/dom.js";
import { full } from "../messages/time.js";
import { drawFace } from "./faces.js";
import { icon } from "./icons.js";
import { drawCard, drawTrail, VisitorCard } from "./visitorcard.js";

const NAMES = { "zh-hans": "简体中文", zh: "简体中文", "zh-cn": "简体中文", en: "English" };

export function watchVisitor({ root, desk, link, strings, language, toast }) {
  const face = root.querySelector("[data-face]");
  const name = root.querySelector("[data-name]");
  const presence = root.querySelector("[data-presence]");
  const facts = root.querySelector("[data-facts]");
  const body = root.querySelector("[data-body]");
  const collected = root.querySelector("[data-collected]");
  const none = root.querySelector("[data-none]");
  const more = new VisitorCard({ desk, link, changed: draw });
  let drawn = "";

  async function copy(value) {
    try {
      await navigator.clipboard.writeText(value);
      toast(text(strings, "copied"));
    } catch {
      toast(text(strings, "copyFailed"), "danger");
    }
  }

  const told = (key, value, canCopy) => fact(text(strings, key), value, canCopy);

  function fact(label, value, canCopy = false) {
    if (!value && value !== 0) return null;
    const copying = text(strings, "copyWhat", { name: label });
    return h("div", { class: "fact" }, h("dt", {}, label),
      h("dd", { class: canCopy ? "fact__code" : "" }, h("span", {}, String(value)), canCopy
        ? h("button", { type: "button", class: "icon-button fact__copy", "aria-label": copying, title: copying, onclick: () => copy(value) }, icon("copy"))
        : null));
  }

  function draw() {
    const row = desk.openRow;
    body.hidden = !row;
    none.hidden = Boolean(row);
    const now = JSON.stringify(row && [row.session, row.visitor, row.channel, more.card, row.variables]);
    if (!row || now === drawn) return;
    drawn = now;
    const { visitor, session, channel } = row;
    drawFace(face, visitor);
    name.textContent = visitor.name;
    presence.textContent = text(strings, visitor.online ? "online" : "offline");
    presence.dataset.online = visitor.online;
    facts.replaceChildren(...[
      ...(more.card ? drawCard(more.card, fact, strings) : []),
      told("channel", channel?.name),
      told("group", session.group?.name),
      told("visitorLanguage", NAMES[(visitor.language ?? "").toLowerCase()] ?? visitor.language),
      told("openedAt", session.opened_at && full(session.opened_at, language)),
      told("pastSessions", more.card?.past_sessions),
      more.card && drawTrail(more.card.visit.pages, language, strings),
      told("openid", visitor.id, true),
      told("sessionId", session.id, true),
    ].filter(Boolean));
    const known = more.card?.attributes ?? {};
    drawCollected(Object.entries(row.variables ?? {}).filter(([name, value]) => known[name] !== value));
  }

  // What the flow's forms collected in this session, by the names that the flow gave.
  function drawCollected(pairs) {
    collected.hidden = pairs.length === 0;
    collected.querySelector("dl").replaceChildren(...pairs
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([key, value]) => h("div", { class: "fact" }, h("dt", {}, key), h("dd", {}, h("span", {}, String(value))))));
  }

  desk.addEventListener("changed", draw);
}
