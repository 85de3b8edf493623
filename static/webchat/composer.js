import { $ } from "./page.js";

const phone = matchMedia("(pointer: coarse)");
const LONGEST = 4000;

/** The text field: grows, Enter sends (a phone's Enter is a new line), the draft survives a reload. */
export class Composer {
  constructor({ store, send, typing }) {
    this.field = $("text");
    Object.assign(this, { store, send, typing });
    this.field.maxLength = LONGEST;
    this.field.value = store.load("draft") ?? "";
    this.field.addEventListener("input", () => this.#changed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    $("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.#fit();
  }

  set(words) {
    this.field.value = words;
    this.#changed();
  }

  submit() {
    const words = this.field.value.trim();
    if (!words) return;
    this.set("");
    this.send(words);
    this.field.focus();
  }

  /** Puts `words` where the caret is (an emoji). */
  insert(words) {
    const { selectionStart, selectionEnd } = this.field;
    this.field.setRangeText(words, selectionStart, selectionEnd, "end");
    this.#changed();
    this.field.focus();
  }

  focus() {
    if (!phone.matches) this.field.focus({ preventScroll: true });
  }

  // While an input method composes Chinese, Enter belongs to it (229 is Safari's way of saying so).
  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229 || phone.matches) return;
    event.preventDefault();
    this.submit();
  }

  #changed() {
    this.#fit();
    this.store.save("draft", this.field.value);
    this.typing(this.field.value.trim());
  }

  #fit() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight + 2, 140)}px`;
    $("send").disabled = !this.field.value.trim();
  }
}
