// A sign and a word in a text offer what begins so: `#` quick replies (W30), `@` colleagues. Arrows choose, Enter or Tab
// takes, Escape leaves it.
import { h } from "../messages/dom.js";

const MOST = 6;

/** `best(word, most)` gives what is offered as {title, content}, `use(one)` the words; they replace sign and word through `insert`. */
export function watchCompletion({ form, sign, id, best, use, insert, label }) {
  const ASKED = new RegExp(`${sign}([^\\s${sign}]*)$`);
  const box = form.querySelector("textarea");
  const list = h("ul", { class: "complete", id, role: "listbox", "aria-label": label, hidden: true });
  let replies = [];
  let at = 0;
  box.setAttribute("aria-autocomplete", "list");
  form.prepend(list);

  function draw() {
    if (list.hidden && !replies.length) return;
    list.hidden = replies.length === 0;
    list.replaceChildren(...replies.map((reply, n) => h("li", { role: "option", id: `${id}-${n}`, "aria-selected": String(n === at),
      onpointerdown: (event) => { event.preventDefault(); take(reply); } }, h("strong", {}, reply.title), h("span", {}, reply.content))));
    if (list.hidden) {
      box.removeAttribute("aria-activedescendant");
      box.removeAttribute("aria-controls");
    } else {
      box.setAttribute("aria-controls", list.id);
      box.setAttribute("aria-activedescendant", `${id}-${at}`);
      list.children[at].scrollIntoView({ block: "nearest" });
    }
  }

  const asked = () => (box.selectionStart === box.selectionEnd ? box.value.slice(0, box.selectionStart).match(ASKED) : null);

  function look() {
    const word = asked();
    replies = word ? best(word[1], MOST) : [];
    at = 0;
    draw();
  }

  function close() {
    replies = [];
    draw();
  }

  function take(reply) {
    const word = asked();
    close();
    if (!word) return;
    box.setSelectionRange(box.selectionStart - word[0].length, box.selectionStart);
    insert(use(reply));
  }

  // Before the composer hears of the key: Enter takes the reply and does not send.
  form.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing || event.keyCode === 229 || event.altKey || event.shiftKey) return;
    const act = { ArrowDown: () => { at = (at + 1) % replies.length; draw(); }, ArrowUp: () => { at = (at + replies.length - 1) % replies.length; draw(); },
      Enter: () => take(replies[at]), Tab: () => take(replies[at]), Escape: close }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }, true);
  box.addEventListener("input", look);
  box.addEventListener("blur", close);
}
