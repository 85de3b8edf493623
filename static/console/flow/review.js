// What the server says about the flow while it is edited: the rules live there alone.
import { h } from "../../messages/dom.js";

const PAUSE_MS = 350;

export class Review {
  problems = [];
  #timer = 0;
  #asked = 0;

  /** `show(problems)` is called with every newest answer. */
  constructor({ model, ask, words, show }) {
    Object.assign(this, { model, ask, words, show });
    this.element = h("div", { class: "fe-problems", "aria-live": "polite" });
    model.addEventListener("changed", ({ detail }) => { if (detail.from !== "name") this.soon(); });
  }

  /** What keeps the flow from being published. */
  get errors() {
    return this.problems.filter((problem) => !problem.warning);
  }

  soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(), PAUSE_MS);
  }

  async now() {
    const number = this.#asked += 1;
    try {
      const { problems } = await this.ask("review", { graph: this.model.graph });
      if (number === this.#asked) this.take(problems);
    } catch (error) {
      if (number === this.#asked) this.take([{ node: "", field: "", text: error.message }]);
    }
  }

  take(problems) {
    this.problems = problems;
    this.#draw();
    this.show(problems);
  }

  #draw() {
    const rows = this.problems.map((problem) => h("li", {}, h("button", {
      type: "button", class: "fe-problem", data: { warning: Boolean(problem.warning) }, onclick: () => this.model.choose(problem.node, { isProblem: true }) }, problem.text)));
    this.element.replaceChildren(rows.length ? h("ul", {}, rows) : h("p", { class: "fe-hint" }, this.words("noProblems")));
  }
}
