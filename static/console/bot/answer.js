// The answer: drawn as the visitor sees it, and written with buttons, pasted and dropped pictures (B13, A77).
import { h } from "../../messages/dom.js";
import { markdown } from "../../messages/markdown.js";
import { context, post, sign, strings, urls } from "./page.js";

class AnswerPreview extends HTMLElement {
  connectedCallback() {
    this.classList.add("cs-said");
    this.show(this.dataset.source ?? "");
  }

  show(source) {
    this.replaceChildren(h("div", { class: "bubble bubble--rich" }, markdown(source, context)));
  }
}

const VERBS = [
  ["bold", "format_bold", "**", "**"], ["italic", "format_italic", "*", "*"],
  ["list", "format_list_bulleted", "\n- ", ""], ["link", "link", "[", "](https://)"],
];

/** Around the form's textarea and its switch for rich text; plain answers keep the plain field. */
class AnswerEditor extends HTMLElement {
  connectedCallback() {
    if (this.bar) return; // moved to its place
    const form = this.closest("form");
    this.field = form?.elements.namedItem("answer");
    this.rich = form?.elements.namedItem("is_rich");
    if (!this.field || this.field.tagName !== "TEXTAREA") return;
    this.bar = h("div", { class: "cs-editor-bar" }, ...VERBS.map((verb) => this.button(...verb)), this.picker());
    this.state = h("p", { class: "cs-quiet", role: "status" });
    this.drawn = document.createElement("answer-preview");
    this.append(h("p", { class: "cs-label" }, strings.preview), this.drawn);
    this.field.before(this.bar);
    this.field.after(this.state, this);
    this.listen();
    this.draw();
  }

  listen() {
    this.field.addEventListener("input", () => this.draw());
    this.rich?.addEventListener("change", () => this.draw());
    this.field.addEventListener("paste", (event) => this.take(event, event.clipboardData));
    this.field.addEventListener("drop", (event) => this.take(event, event.dataTransfer));
    this.field.addEventListener("dragover", (event) => event.preventDefault());
  }

  button(name, icon, before, after) {
    return h("button", { type: "button", title: strings[name], "aria-label": strings[name],
      onclick: () => this.wrap(before, after) }, sign(icon));
  }

  picker() {
    const input = h("input", { type: "file", accept: "image/png,image/jpeg,image/gif,image/webp", class: "sr-only", tabindex: -1,
      "aria-hidden": "true", "data-picture": "", onchange: () => { this.upload([...input.files]); input.value = ""; } });
    input.hasChangeListener = true; // the theme's own expects its markup around a file field
    const button = h("button", { type: "button", title: strings.insertPicture, "aria-label": strings.insertPicture,
      onclick: () => input.click() }, sign("image"));
    return h("span", {}, button, input);
  }

  wrap(before, after) {
    const { selectionStart: from, selectionEnd: to, value } = this.field;
    this.turnRich();
    this.field.setRangeText(before + value.slice(from, to) + after, from, to, "end");
    this.field.focus();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  turnRich() {
    if (this.rich && !this.rich.checked) {
      this.rich.checked = true;
      this.rich.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }

  take(event, data) {
    const pictures = [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));
    if (!pictures.length) return;
    event.preventDefault();
    this.upload(pictures);
  }

  async upload(files) {
    this.state.textContent = strings.uploading;
    try {
      for (const file of files) {
        const body = new FormData();
        body.append("file", file);
        const { url } = await post(urls.picture, body);
        this.wrap(`![${file.name.replace(/[[\]]/g, "")}](${url})`, "");
      }
      this.state.textContent = "";
    } catch (error) {
      this.state.textContent = error.message || strings.uploadFailed;
    }
  }

  draw() {
    const isRich = Boolean(this.rich?.checked);
    this.hidden = !isRich || !this.field.value.trim();
    if (!this.hidden) this.drawn.show(this.field.value);
  }
}

customElements.define("answer-preview", AnswerPreview);
customElements.define("answer-editor", AnswerEditor);
