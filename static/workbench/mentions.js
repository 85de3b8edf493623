// Internal notes that name the agent by @: a badge, and a list of them. The visitor's session is one click away if it is his.
import { h, text } from "../messages/dom.js";
import { full } from "../messages/time.js";
import { setText } from "./keyed.js";
import { showPane } from "./panes.js";

export function watchMentions({ root, desk, link, strings, language, open, toast }) {
  const button = root.querySelector("[data-open-mentions]");
  const badge = button.querySelector(".badge");
  const pane = root.querySelector("[data-inner-mentions]");

  function draw(mention) {
    const row = desk.rows.find((each) => each.visitor.id === mention.visitor.id);
    return h("li", { class: "notes__note", "data-seen": String(mention.seen) }, h("p", {}, mention.text),
      h("small", {}, [mention.by, full(mention.at, language), mention.visitor.name].join(" · ")),
      row ? h("button", { type: "button", class: "button button--small", onclick: () => open(row.session.id) }, text(strings, "openSession")) : null);
  }

  button.addEventListener("click", async () => {
    const result = await link.ask({ op: "mentions" });
    if (!result.ok) return toast(result.reason, "danger");
    root.querySelector("[data-inner-mention-list]").replaceChildren(...result.mentions.map(draw));
    root.querySelector("[data-inner-mention-none]").hidden = result.mentions.length > 0;
    root.querySelector("[data-inner-none]").hidden = root.querySelector("[data-inner-room]").hidden = true;
    pane.hidden = false;
    showPane("talk");
  });
  desk.addEventListener("internal", () => {
    const count = desk.internal.mentions;
    badge.hidden = !count;
    setText(badge, String(count));
  });
}
