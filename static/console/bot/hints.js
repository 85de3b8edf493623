// Duplicates and questions alike are pointed out while the standard question is typed.
import { h } from "../../messages/dom.js";
import { strings, urls } from "./page.js";

const PAUSE_MS = 350;

class EntryHints extends HTMLElement {
  connectedCallback() {
    if (this.field) return; // moved to its place
    this.field = this.closest("form")?.elements.namedItem("question");
    if (!this.field || this.field.type === "hidden") return;
    this.setAttribute("role", "status");
    this.field.after(this);
    this.field.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.look(), PAUSE_MS);
    });
  }

  async look() {
    const asked = this.field.value.trim();
    const query = new URLSearchParams({ q: asked, library: this.dataset.library, entry: this.dataset.entry });
    const response = asked ? await fetch(`${urls.near}?${query}`).catch(() => null) : null;
    const found = response?.ok ? await response.json() : { same: null, near: [] };
    if (this.field.value.trim() !== asked) return;
    this.replaceChildren(...[this.list(strings.same, found.same ? [found.same] : [], "cs-bad"), this.list(strings.near, found.near, "")]
      .filter(Boolean));
  }

  list(title, rows, look) {
    if (!rows.length) return null;
    return h("div", { class: `cs-hints ${look}` }, h("p", {}, title), h("ul", {}, rows.map((row) =>
      h("li", {}, h("a", { href: urls.change.replace("/0/", `/${row.id}/`), target: "_blank" }, row.question)))));
  }
}

customElements.define("entry-hints", EntryHints);
