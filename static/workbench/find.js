// Search in the open conversation: matches below its head; choosing one goes there.
import { h, text } from "../messages/dom.js";
import { full } from "../messages/time.js";
import { setText } from "./keyed.js";

export function watchFind({ root, desk, link, threads, strings, language }) {
  const button = root.querySelector("[data-find]");
  const box = root.querySelector("[data-find-box]");
  const form = root.querySelector("[data-find-form]");
  const list = root.querySelector("[data-find-list]");
  const said = root.querySelector("[data-find-said]");

  function toggle(isOpen = box.hidden) {
    box.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) form.elements.words.focus();
    else clear();
  }

  function clear() {
    form.reset();
    list.replaceChildren();
    setText(said, "");
  }

  async function search() {
    const conversation = desk.openRow?.conversation;
    const words = form.elements.words.value.trim();
    if (!conversation || !words) return;
    const result = await link.ask({ op: "messages.search", conversation, words });
    if (desk.openRow?.conversation !== conversation) return;
    const count = result.ok ? result.matches.length : 0;
    setText(said, result.ok ? text(strings, result.has_more ? "moreMatches" : "matches", { n: count }) : result.reason);
    list.replaceChildren(...(result.matches ?? []).map((match) => draw(conversation, match)));
  }

  function draw(conversation, match) {
    const who = `${match.by || text(strings, match.kind)} · ${full(match.at, language)}`;
    return h("li", {}, h("button", { type: "button", class: "find__match", onclick: () => threads.get(conversation).goTo(match.seq) },
      h("span", {}, match.text), h("small", {}, who)));
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
  button.addEventListener("click", () => toggle());
  root.querySelector("[data-find-close]").addEventListener("click", () => { toggle(false); button.focus(); });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    toggle(false);
    button.focus();
  });
  desk.addEventListener("opened", () => toggle(false));
  return { open: () => desk.openRow && toggle(true) };
}
