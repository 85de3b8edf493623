// Internal notes about the visitor, which he never sees.
import { h, text } from "../messages/dom.js";
import { full } from "../messages/time.js";
import { watchCompletion } from "./complete.js";
import { iconButton } from "./icons.js";

export function watchNotes({ root, strings, language, ask, colleagues }) {
  const list = root.querySelector("[data-notes]");
  const form = root.querySelector("[data-note-form]");

  function draw(note) {
    const label = text(strings, "deleteNote");
    const item = h("li", { class: "notes__note" }, h("p", {}, note.text),
      h("small", {}, `${note.by} · ${full(note.at, language)}`),
      note.mine ? iconButton(h, "close", label, { onclick: async () => (await ask("note.delete", { note: note.id })) && item.remove() }) : null);
    return item;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const result = await ask("note.add", { text: form.elements.text.value });
    if (!result) return;
    form.reset();
    list.prepend(draw(result.note));
  });
  const box = form.elements.text;
  watchCompletion({ form, sign: "@", id: "colleague-complete", label: text(strings, "colleagues"),
    best: (word, most) => colleagues().filter((each) => each.name.toLowerCase().includes(word.toLowerCase())).slice(0, most).map((each) => ({ title: each.name, content: each.account })),
    use: (each) => `@${each.title} `,
    insert: (words) => { box.focus(); box.setRangeText(words, box.selectionStart, box.selectionEnd, "end"); } });
  return async ({ clear } = {}) => {
    if (clear) form.reset();
    const result = clear ? { notes: [] } : await ask("notes");
    if (result) list.replaceChildren(...result.notes.map(draw));
  };
}
