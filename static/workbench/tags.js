// Tags of the visitor, and blocking him.
import { h, text } from "../messages/dom.js";
import { confirm } from "./dialogs.js";
import { iconButton } from "./icons.js";
import { setText } from "./keyed.js";

export function watchTags({ root, desk, strings, ask }) {
  const list = root.querySelector("[data-tags]");
  const form = root.querySelector("[data-tag-form]");
  const block = root.querySelector("[data-block]");

  function draw({ tags, known, blocked }) {
    list.replaceChildren(...tags.map((name) => h("li", { class: "marks__tag" }, name,
      iconButton(h, "close", text(strings, "removeTag", { name }), { onclick: () => change("tag.remove", name) }))));
    form.querySelector("datalist").replaceChildren(...known.filter((name) => !tags.includes(name)).map((name) => h("option", { value: name })));
    drawBlocked(blocked);
  }

  function drawBlocked(isBlocked) {
    block.setAttribute("aria-pressed", String(isBlocked));
    setText(block, text(strings, isBlocked ? "unblock" : "block"));
  }

  async function change(op, tag) {
    const result = await ask(op, { tag });
    if (result) draw(result);
    return Boolean(result);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await change("tag.add", form.elements.tag.value)) form.reset();
  });
  block.addEventListener("click", async () => {
    const isBlocked = block.getAttribute("aria-pressed") === "true";
    const title = text(strings, "blockTitle", { name: desk.openRow.visitor.name });
    if (!isBlocked && !(await confirm({ strings, title, body: text(strings, "blockBody"), yes: text(strings, "block"), isDanger: true }))) return;
    const result = await ask("visitor.block", { blocked: !isBlocked });
    if (result) drawBlocked(result.blocked);
  });
  return async ({ clear } = {}) => {
    const result = clear ? { tags: [], known: [], blocked: false } : await ask("tags");
    if (result) draw(result);
  };
}
