// 推荐答案: what the knowledge base has for the visitor's last question; one click puts it into the draft.
import { h, text } from "../messages/dom.js";

export function watchSuggest({ root, desk, link, composer, strings }) {
  const button = root.querySelector("[data-suggest-button]");
  const list = root.querySelector("[data-suggest]");

  function close() {
    list.hidden = true;
    button.setAttribute("aria-expanded", "false");
  }

  function draw({ question, answers }) {
    const head = text(strings, answers.length ? "answersFor" : "noAnswers", { question });
    list.replaceChildren(h("li", { class: "suggest__head" }, head), ...answers.map((one) => h("li", {},
      h("button", { type: "button", class: "suggest__one", title: one.answer, onclick: () => { close(); composer.insert(one.answer); } },
        h("strong", {}, one.question), h("span", {}, one.answer)))));
    list.hidden = false;
    button.setAttribute("aria-expanded", "true");
  }

  async function open() {
    const conversation = desk.openRow?.conversation;
    if (!conversation || desk.openRow.session.state !== "serving") return;
    const result = await link.ask({ op: "suggest", conversation });
    if (desk.openRow?.conversation !== conversation) return;
    draw(result.ok ? result : { question: "", answers: [] });
    (list.querySelector("button") ?? button).focus();
  }

  const toggle = () => (list.hidden ? open() : close());
  button.addEventListener("click", toggle);
  list.addEventListener("keydown", (event) => {
    const all = [...list.querySelectorAll("button")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) all[(all.indexOf(document.activeElement) + step + all.length) % all.length]?.focus();
    if (step || event.key === "Escape") event.preventDefault();
    if (event.key !== "Escape") return;
    close();
    composer.focus();
  });
  desk.addEventListener("opened", close);
  return { toggle };
}
