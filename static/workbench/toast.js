// Short notices at the bottom: said once by screen readers, gone after a while, kept while pointed at.
import { h } from "../messages/dom.js";

const STAY_MS = 4500;

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
