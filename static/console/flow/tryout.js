// The test run: a visitor of the flow as it is on the screen, drawn as visitors see it.
import { h } from "../../messages/dom.js";
import { applyEvent, renderEntry } from "../../messages/render.js";
import { symbol } from "./nodes.js";

export class Tryout {
  #kept = null;
  #entries = [];
  #path = [];
  #isBusy = false;

  constructor({ model, shape, ask, words, strings, language, walk }) {
    Object.assign(this, { model, shape, ask, words, walk });
    this.ctx = { side: "visitor", strings, language, now: () => Date.now(), fileUrl: (url) => url, onChoice: (text) => this.say(text) };
    this.list = h("div", { class: "fe-try__list", role: "log", "aria-label": words("tabTry"), tabindex: "0" });
    this.input = h("input", { class: "fe-input", type: "text", "aria-label": words("tryWords"), placeholder: words("tryWords"), maxlength: 2000, autocomplete: "off" });
    this.facts = h("div", { class: "fe-try__facts" });
    this.element = h("div", { class: "fe-try" },
      h("div", { class: "fe-try__top" }, h("p", { class: "fe-hint" }, words("tryHint")),
        h("button", { class: "fe-button fe-button--small", type: "button", data: { act: "tryStart" }, onclick: () => this.begin() }, symbol("replay"), words("tryStart"))),
      this.list, this.facts,
      h("form", { class: "fe-try__say", onsubmit: (event) => { event.preventDefault(); this.say(this.input.value); } },
        this.input, h("button", { class: "fe-button fe-button--main", type: "submit" }, words("trySend"))));
  }

  get isBegun() {
    return this.#kept !== null;
  }

  async begin() {
    this.#kept = null;
    this.#entries = [];
    this.#path = [];
    this.list.replaceChildren();
    await this.#step(null);
  }

  async say(text) {
    if (!text.trim() || this.#isBusy) return;
    this.input.value = "";
    if (!this.#kept) await this.begin();
    await this.#step(text);
    this.input.focus();
  }

  async #step(text) {
    this.#isBusy = true;
    try {
      const told = await this.ask("try", { graph: this.model.graph, language: this.ctx.language, kept: this.#kept, text });
      this.#kept = told.kept;
      this.#path.push(...told.path);
      told.entries.forEach((entry) => this.#take(entry));
      this.#draw(told);
    } catch (error) {
      this.#note(error.message, "wrong");
    } finally {
      this.#isBusy = false;
    }
  }

  #take(entry) {
    if (entry.event) this.#entries = this.#entries.map((one) => applyEvent(one, entry.event));
    else this.#entries.push(entry);
  }

  #draw(told) {
    this.list.replaceChildren(...this.#entries.map((entry) => renderEntry(entry, this.ctx)).filter(Boolean));
    if (told.state === "waiting") this.#note(this.words("tryWaiting", { group: told.group || this.words("tryAll") }));
    if (told.state === "ended") this.#note(this.words("tryEnded"));
    this.list.scrollTop = this.list.scrollHeight;
    const pairs = Object.entries(told.variables);
    this.facts.replaceChildren(h("h2", {}, this.words("variables")),
      pairs.length ? h("dl", {}, pairs.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, String(value)))))
        : h("p", { class: "fe-hint" }, this.words("noVariables")),
      h("h2", {}, this.words("path")), h("p", { data: { path: "" } }, this.#way(told.node)));
    this.walk([...this.#path, told.node]);
  }

  // In words: a node that asked and was answered stands there once.
  #way(here) {
    const ids = [...this.#path, here].filter((id, n, all) => id !== all[n - 1]);
    return ids.map((id) => this.shape.placeName(id, this.model.node(id))).join(" → ");
  }

  #note(words, look = "") {
    this.list.append(h("p", { class: "fe-try__note", data: { look } }, words));
  }
}
