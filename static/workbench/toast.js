// Short notices at the bottom: said once by screen readers, gone after a while, kept while pointed at.
import { h } from "../messages/dom.js";

const STAY_MS = 4500;

/** `ask(frame)` resolves to the answer; why it was refused is said. */
export function asker(link, toast) {
  return async (frame) => {
    const result = await link.ask(frame);
    if (!result.ok) toast(result.reason, "danger");
    return result;
  };
}

/** `tone` is "" or "danger". */
export function toaster(box) {
  return (words, tone = "") => {
    const note = h("p", { class: "toast", data: { tone } }, words);
    box.append(note);
    const leave = () => (note.matches(":hover") ? setTimeout(leave, 1000) : note.remove());
    setTimeout(leave, STAY_MS);
    while (box.children.length > 3) box.firstElementChild.remove();
  };
}
