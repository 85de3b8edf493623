// 翻译, where it is switched on: the draft into the visitor's language, a message of his into the agent's.
import { h, text } from "../messages/dom.js";

const tag = (language) => (language?.startsWith("en") ? "en" : "zh-hans");

export function watchTranslate({ root, desk, link, composer, strings, language, toast }) {
  const button = root.querySelector("[data-translate]");
  button.hidden = false;

  async function ask(words, to) {
    const result = await link.ask({ op: "translate", text: words, to });
    if (!result.ok) toast(result.reason, "danger");
    return result.ok ? result.text : null;
  }

  button.addEventListener("click", async () => {
    const words = composer.box.value.trim();
    if (!words) return composer.focus();
    button.disabled = true;
    const translated = await ask(words, tag(desk.openRow?.visitor.language));
    button.disabled = false;
    if (translated && composer.box.value.trim() === words) composer.replace(translated);
  });

  /** A button below a visitor's text; called for every entry that is drawn. */
  return (node, entry) => {
    const said = entry.elem?.MsgType === "TIMTextElem" && entry.from?.kind === "visitor" ? entry.elem.MsgContent.Text : "";
    if (!said) return;
    const one = h("button", { type: "button", class: "link entry__translate", onclick: async () => {
      one.disabled = true;
      const translated = await ask(said, language);
      one.disabled = false;
      if (translated) one.replaceWith(h("p", { class: "entry__translated", lang: language }, translated));
    } }, text(strings, "translate"));
    node.querySelector(".entry__foot")?.before(one);
  };
}
