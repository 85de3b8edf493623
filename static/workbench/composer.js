// Writing: Enter sends, Shift+Enter is a new line, drafts stay with their conversation, the box grows with the text.
import { text } from "../messages/dom.js";
import { textElem } from "../messages/events.js";
import { onEnter } from "./enter.js";
import { OwnTyping } from "./typing.js";

const DRAFT = "workbench.draft.";
const TALLEST = 168;
const growsByItself = CSS.supports("field-sizing", "content"); // without a layout for every letter

export class Composer {
  #row = null;

  constructor({ root, link, outbox, tray, storage, strings }) {
    Object.assign(this, { outbox, tray, storage, strings });
    this.form = root.querySelector("[data-composer]");
    this.box = this.form.querySelector("textarea");
    this.over = root.querySelector("[data-over]");
    this.typing = new OwnTyping(link);
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.box.addEventListener("input", () => this.#changed());
    onEnter(this.box, () => this.send());
  }

  /** Follows the open row; only a served session can be written to. */
  show(row) {
    const isSame = this.#row?.session.id === row?.session.id;
    this.#row = row;
    const canWrite = row?.session.state === "serving";
    this.form.hidden = !canWrite;
    this.over.hidden = !row || canWrite;
    if (isSame) return;
    this.typing.stop();
    this.box.value = (row && this.storage.getItem(DRAFT + row.conversation)) ?? "";
    this.tray.show(row?.conversation ?? null);
    this.#grow();
  }

  focus() {
    if (!this.form.hidden) this.box.focus({ preventScroll: true });
  }

  insert(words) {
    this.box.focus();
    this.box.setRangeText(words, this.box.selectionStart, this.box.selectionEnd, "end");
    this.#changed();
  }

  /** The whole draft becomes `words`. */
  replace(words) {
    this.box.select();
    this.insert(words);
  }

  async send() {
    const row = this.#row;
    const words = this.box.value.trim();
    const isWritable = row?.session.state === "serving";
    if (!isWritable || (!words && this.tray.isEmpty)) return this.box.focus();
    this.box.value = "";
    this.#changed();
    this.typing.stop();
    for (const { file, elem } of await this.tray.take()) this.outbox.post(row.conversation, row.session.id, elem, file);
    if (words) this.outbox.post(row.conversation, row.session.id, textElem(words));
    this.box.focus();
  }

  #changed() {
    this.#grow();
    if (!this.#row) return;
    const key = DRAFT + this.#row.conversation;
    if (this.box.value) this.storage.setItem(key, this.box.value);
    else this.storage.removeItem(key);
    if (this.box.value.trim()) this.typing.typed(this.#row.conversation);
    else this.typing.stop();
  }

  #grow() {
    if (growsByItself) return;
    this.box.style.height = "auto";
    this.box.style.height = `${Math.min(TALLEST, this.box.scrollHeight)}px`;
  }
}
