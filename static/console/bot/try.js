// 智能客服测试 (B31, B23, B32): a chat with the draft at the right of every bot page, with the rule that fired.
import { h } from "../../messages/dom.js";
import { renderEntry } from "../../messages/render.js";
import { context, language, post, sign, strings, urls } from "./page.js";

const OPEN = "cs-try-open";
const BESIDE = "(min-width: 1280px)"; // otherwise it would lie on the page
const ROOMY = "(min-width: 1600px)";

class BotTry extends HTMLElement {
  connectedCallback() {
    this.said = [];
    this.failures = 0;
    this.ctx = { ...context, onChoice: (words) => this.ask(words) };
    this.draw();
    const wished = localStorage.getItem(OPEN);
    this.toggle(wished === null ? matchMedia(ROOMY).matches : wished === "1" && matchMedia(BESIDE).matches);
  }

  draw() {
    this.opener = h("button", { type: "button", class: "cs-try-opener", onclick: () => this.toggle(true, true) },
      sign("smart_toy"), h("span", {}, strings.tryOpen));
    this.list = h("div", { class: "cs-try-list cs-said", role: "log", "aria-label": strings.tryTitle, tabindex: 0 });
    this.field = h("input", { type: "text", maxlength: 1000, placeholder: strings.tryPlaceholder, "aria-label": strings.tryPlaceholder });
    const form = h("form", { class: "cs-try-form", onsubmit: (event) => this.submit(event) }, this.field,
      h("button", { class: "cs-button cs-primary" }, strings.trySend));
    this.panel = h("section", { class: "cs-try-panel", "aria-label": strings.tryTitle, onkeydown: (event) => {
      if (event.key === "Escape") this.toggle(false, true);
    } }, this.head(), h("p", { class: "cs-quiet cs-try-hint" }, strings.tryHint), this.list, form);
    this.replaceChildren(this.opener, this.panel);
  }

  head() {
    const button = (name, label, onclick) => h("button", { type: "button", title: label, "aria-label": label, onclick }, sign(name));
    return h("header", {}, h("h2", { class: "cs-title" }, strings.tryTitle),
      button("refresh", strings.tryAgain, () => this.begin()), button("close", strings.tryClose, () => this.toggle(false, true)));
  }

  toggle(isOpen, byHand = false) {
    if (byHand) localStorage.setItem(OPEN, isOpen ? "1" : "0");
    document.documentElement.dataset.try = isOpen ? "open" : "closed";
    this.panel.hidden = !isOpen;
    this.opener.hidden = isOpen;
    if (isOpen && !this.begun) this.begin();
    if (byHand) (isOpen ? this.field : this.opener).focus();
  }

  async begin() {
    this.begun = true;
    this.failures = 0;
    this.list.replaceChildren();
    try {
      const { elems } = await this.post({});
      this.add(elems, "bot");
    } catch {
      this.complain();
    }
  }

  submit(event) {
    event.preventDefault();
    const words = this.field.value.trim();
    this.field.value = "";
    if (words) this.ask(words);
  }

  async ask(words) {
    this.add([{ MsgType: "TIMTextElem", MsgContent: { Text: words } }], "visitor");
    try {
      const trial = await this.post({ text: words, failures: this.failures });
      this.failures = trial.rule === "fallback" ? this.failures + 1 : 0;
      this.add(trial.elems, "bot");
      this.list.append(this.reasons(trial));
    } catch (error) {
      this.complain(error.message);
    }
    this.list.scrollTop = this.list.scrollHeight;
  }

  post(body) {
    return post(urls.try, JSON.stringify({ ...body, language }));
  }

  add(elems, kind) {
    for (const elem of elems) {
      const entry = { elem, at: Date.now(), from: { kind, id: kind, name: kind === "bot" ? strings.botName : "" } };
      const node = renderEntry(entry, this.ctx);
      if (node) this.list.append(node);
    }
    this.list.scrollTop = this.list.scrollHeight;
  }

  complain(words) {
    this.list.append(h("p", { class: "cs-try-failed", role: "alert" }, words || strings.tryFailed));
  }

  reasons(trial) {
    const rule = trial.hands_over ? "rule.hands_over" : `rule.${trial.rule}`;
    return h("details", { class: "cs-try-why" },
      h("summary", {}, h("b", {}, strings[rule]), ` · ${strings.score.replace("{score}", trial.score.toFixed(2))}`),
      this.considered(strings.runnersUp, trial.answers), trial.chitchat.length ? this.considered(strings.runnersUpChitchat, trial.chitchat) : null);
  }

  considered(title, rows) {
    const line = (row) => h("li", {}, h("a", { href: urls.change.replace("/0/", `/${row.id}/`) }, row.question), h("span", {}, row.score.toFixed(2)));
    return h("div", {}, h("p", { class: "cs-quiet" }, rows.length ? title : strings.nothingNear), h("ol", {}, rows.map(line)));
  }
}

customElements.define("bot-try", BotTry);
