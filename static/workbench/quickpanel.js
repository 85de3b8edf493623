// 快捷回复 in the right column: search, folders, 使用, and a sheet to write or change one's own. W31
import { h, text } from "../messages/dom.js";
import { confirm, sheet } from "./dialogs.js";
import { icon, iconButton } from "./icons.js";
import { setText } from "./keyed.js";
import { sendFile } from "./uploads.js";

export function watchQuickPanel({ root, quick, link, strings, use, config }) {
  const search = root.querySelector("[data-quick-search]");
  const box = root.querySelector("[data-quick-folders]");
  const none = root.querySelector("[data-quick-none]");
  const dialog = root.querySelector("[data-quick-sheet]");
  const form = dialog.querySelector("form");
  const error = dialog.querySelector("[data-error]");
  const away = dialog.querySelector("[data-delete]");
  const folded = new Set();
  const kept = dialog.querySelector("[data-quick-kept]");
  let edited = null;
  let dropped = false;

  function keep(name) {
    if (!kept) return;
    kept.hidden = !name;
    setText(kept.querySelector("span"), name);
  }

  /** The file of a reply that was saved: stored, or taken away. The reason when it cannot be. */
  async function storeFile(reply) {
    const file = form.elements.attachment?.files[0];
    if (!file && !dropped) return "";
    const answer = await sendFile(`${config.quickUrl}${reply}/file/`, file, config);
    return answer?.ok ? "" : (await answer?.json().catch(() => null))?.reason ?? text(strings, "uploadFailed");
  }

  function draw() {
    const folders = quick.found(search.value);
    none.hidden = folders.length > 0;
    setText(none, text(strings, search.value.trim() ? "nothingFound" : "noQuickReplies"));
    box.replaceChildren(...folders.map(drawFolder));
  }

  function drawFolder(folder) {
    const isOpen = Boolean(search.value.trim()) || !folded.has(folder.id);
    const toggled = (event) => (event.target.open ? folded.delete(folder.id) : folded.add(folder.id));
    return h("details", { class: "quick__folder", open: isOpen, ontoggle: toggled },
      h("summary", {}, icon("right"), h("span", {}, folder.name),
        folder.shared ? h("span", { class: "tag" }, text(strings, "sharedFolder")) : null),
      h("ul", {}, folder.replies.map((reply) => drawReply(folder, reply))));
  }

  function drawReply(folder, reply) {
    const named = (key) => `${text(strings, key)}: ${reply.title}`;
    return h("li", { class: "quick__reply", title: reply.content }, h("span", { class: "quick__title" }, reply.title),
      folder.shared ? h("span", {}) : iconButton(h, "edit", named("edit"), { class: "icon-button quick__edit", onclick: () => edit(folder, reply) }),
      h("button", { type: "button", class: "button button--small", "aria-label": named("use"), onclick: () => use(reply) }, text(strings, "use")),
      h("p", { class: "quick__content" }, reply.content),
      reply.file ? h("p", { class: "quick__file" }, icon("file"), reply.file) : null);
  }

  function edit(folder, reply) {
    edited = reply?.id ?? null;
    form.reset();
    error.hidden = true;
    away.hidden = !edited;
    const own = quick.folders.filter((each) => !each.shared);
    dialog.querySelector("datalist").replaceChildren(...own.map((each) => h("option", { value: each.name })));
    form.elements.folder.value = folder?.name ?? own[0]?.name ?? text(strings, "myPhrases");
    form.elements.title.value = reply?.title ?? "";
    form.elements.content.value = reply?.content ?? "";
    dropped = false;
    keep(reply?.file ?? "");
    sheet(dialog);
    form.elements.title.focus();
  }

  async function ask(frame) {
    const result = await link.ask(frame);
    if (result.ok && result.reply) edited = result.reply; // pressed again it changes this one
    const reason = !result.ok ? result.reason : result.reply ? await storeFile(result.reply) : "";
    error.hidden = !reason;
    setText(error, reason);
    if (reason) return;
    dialog.close();
    await quick.load();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { title, folder, content } = form.elements;
    ask({ op: "quick.save", reply: edited ?? undefined, title: title.value, folder: folder.value, content: content.value });
  });
  dialog.querySelector("[data-quick-drop]")?.addEventListener("click", () => {
    dropped = true;
    keep("");
    form.elements.attachment.focus();
  });
  away.addEventListener("click", async () => {
    const title = text(strings, "deleteQuick", { title: form.elements.title.value });
    const reply = edited;
    if (await confirm({ strings, title, body: text(strings, "cannotUndo"), yes: text(strings, "delete"), isDanger: true })) ask({ op: "quick.delete", reply });
  });
  root.querySelector("[data-quick-new]").addEventListener("click", () => edit(null, null));
  search.addEventListener("input", draw);
  quick.addEventListener("changed", draw);
  draw();
}
