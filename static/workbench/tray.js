// Files chosen, pasted or dropped: shown above the text until they are sent together with it.
import { h, text } from "../messages/dom.js";
import { size } from "../messages/time.js";
import { icon } from "./icons.js";
import { isPicture, localElem, measure, refusal } from "./uploads.js";

export class Tray {
  #files = new Map();
  #open = null;

  constructor({ root, config, strings, toast }) {
    Object.assign(this, { config, strings, toast });
    this.list = root.querySelector("[data-tray]");
    this.form = root.querySelector("[data-composer]");
    for (const input of this.form.querySelectorAll('input[type="file"]')) this.#watchInput(input);
    this.form.addEventListener("paste", (event) => this.#take(event, event.clipboardData?.files));
    this.#watchDrop(root);
  }

  get #mine() {
    return this.#files.get(this.#open) ?? [];
  }

  get isEmpty() {
    return !this.#mine.length;
  }

  show(conversation) {
    this.#open = conversation;
    this.#draw();
  }

  add(files) {
    if (this.form.hidden) return;
    for (const file of files) {
      const reason = refusal(file, this.config);
      if (reason) this.toast(reason, "danger");
      else this.#files.set(this.#open, [...this.#mine, file]);
    }
    this.#draw();
    this.form.querySelector("textarea").focus();
  }

  /** Empties the open conversation's tray: its files with the elements that draw them until they are stored. */
  async take() {
    const files = this.#mine;
    this.#files.delete(this.#open);
    this.#draw();
    return Promise.all(files.map(async (file) => ({ file, elem: localElem(file, await measure(file)) })));
  }

  #remove(file) {
    this.#files.set(this.#open, this.#mine.filter((each) => each !== file));
    this.#draw();
    this.form.querySelector("textarea").focus();
  }

  #draw() {
    this.list.hidden = this.isEmpty;
    this.list.replaceChildren(...this.#mine.map((file) => this.#chip(file)));
  }

  #chip(file) {
    const src = isPicture(file) ? URL.createObjectURL(file) : "";
    const face = src ? h("img", { class: "tray__picture", src, alt: "" }) : h("span", { class: "tray__icon" }, icon("file"));
    const label = text(this.strings, "removeFile", { name: file.name });
    return h("li", { class: "tray__item" }, face,
      h("span", { class: "tray__words" }, h("span", { class: "tray__name" }, file.name), h("span", { class: "tray__size" }, size(file.size))),
      h("button", { type: "button", class: "icon-button tray__remove", "aria-label": label, title: label, onclick: () => this.#remove(file) }, icon("close")));
  }

  #watchInput(input) {
    this.form.querySelector(`[data-pick="${input.name}"]`).addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      this.add(input.files);
      input.value = "";
    });
  }

  #watchDrop(area) {
    let depth = 0;
    const mark = (step) => {
      depth = Math.max(0, depth + step);
      area.classList.toggle("talk--drop", depth > 0 && !this.form.hidden);
    };
    area.addEventListener("dragenter", () => mark(1));
    area.addEventListener("dragleave", () => mark(-1));
    area.addEventListener("dragover", (event) => event.preventDefault());
    area.addEventListener("drop", (event) => {
      mark(-depth);
      event.preventDefault();
      this.#take(event, event.dataTransfer?.files);
    });
  }

  #take(event, files) {
    if (!files?.length) return;
    event.preventDefault();
    this.add(files);
  }
}
