// A list put in order by dragging, or by the arrow buttons (B22). The order travels as repeated hidden fields.
import { strings } from "./page.js";

class OrderedRows extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.press(event));
    this.addEventListener("dragstart", (event) => {
      this.held = event.target.closest("[draggable]");
      event.dataTransfer.effectAllowed = "move";
    });
    this.addEventListener("dragover", (event) => this.over(event));
    this.addEventListener("dragend", () => { this.held = null; });
    this.status = document.createElement("p");
    this.status.className = "sr-only";
    this.status.setAttribute("role", "status");
    this.append(this.status);
  }

  rows() {
    return [...this.querySelectorAll("[draggable]")];
  }

  addRow() {
    this.querySelector("[data-last]").before(this.querySelector("template").content.cloneNode(true));
    this.rows().at(-1).querySelector("input").focus();
  }

  over(event) {
    const row = event.target.closest("[draggable]");
    if (!this.held || !row) return;
    event.preventDefault();
    const box = row.getBoundingClientRect();
    if (event.clientY < box.top + box.height / 2) row.before(this.held);
    else row.after(this.held);
  }

  press(event) {
    const button = event.target.closest("[data-move]");
    if (button?.dataset.move === "add") return this.addRow();
    const row = button?.closest("[draggable]");
    if (!row) return;
    if (button.dataset.move === "remove") {
      (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("input, button")?.focus();
      row.remove();
      this.dispatchEvent(new Event("change", { bubbles: true }));
      return;
    }
    const other = button.dataset.move === "up" ? row.previousElementSibling : row.nextElementSibling;
    if (!other?.matches("[draggable]")) return;
    if (button.dataset.move === "up") other.before(row);
    else other.after(row);
    button.focus();
    this.status.textContent = strings.moved.replace("{position}", this.rows().indexOf(row) + 1);
  }
}

customElements.define("ordered-rows", OrderedRows);
