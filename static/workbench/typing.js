// Both ways of typing: ours is told at most every 3 s and taken back when idle; the visitor's is shown for a while. W39
import { h, text } from "../messages/dom.js";

const TELL_MS = 3000;
const SHOW_MS = 6000;

export class OwnTyping {
  #told = 0;
  #conversation = null;
  #idle = 0;

  constructor(link) {
    this.link = link;
  }

  typed(conversation) {
    if (this.#conversation !== conversation) this.stop();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.stop(), TELL_MS);
    if (this.#conversation === conversation && Date.now() - this.#told < TELL_MS) return;
    this.#conversation = conversation;
    this.#told = Date.now();
    this.link.tell({ op: "typing", conversation, typing: true });
  }

  stop() {
    clearTimeout(this.#idle);
    if (!this.#conversation) return;
    this.link.tell({ op: "typing", conversation: this.#conversation, typing: false });
    this.#conversation = null;
  }
}

/** The line below the messages: «visitor is typing: what he typed so far». */
export class VisitorTyping {
  #now = new Map();
  #open = null;

  constructor(line, strings) {
    Object.assign(this, { line, strings });
  }

  receive(conversation, words, isTyping = true) {
    clearTimeout(this.#now.get(conversation)?.timer);
    if (!isTyping) this.#now.delete(conversation);
    else this.#now.set(conversation, { words, timer: setTimeout(() => this.receive(conversation, "", false), SHOW_MS) });
    this.#draw();
  }

  show(conversation) {
    this.#open = conversation;
    this.#draw();
  }

  #draw() {
    const typing = this.#now.get(this.#open);
    this.line.dataset.on = Boolean(typing);
    if (!typing) return void this.line.replaceChildren();
    const dots = h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
    this.line.replaceChildren(dots, h("span", { class: "typing__who" }, text(this.strings, "visitorTypes")),
      ...(typing.words ? [h("span", { class: "typing__words" }, typing.words)] : []));
  }
}
