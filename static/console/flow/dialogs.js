// 发布, versions, and where the flow runs.
import { h } from "../../messages/dom.js";
import { labelled } from "./fields.js";
import { symbol } from "./nodes.js";

function open(title, words, ...body) {
  const dialog = h("dialog", { class: "fe-dialog", "aria-label": title },
    h("div", { class: "fe-dialog__top" }, h("h2", {}, title),
      h("button", { class: "fe-icon", type: "button", "aria-label": words("closeDialog"), onclick: () => dialog.close() }, symbol("close"))),
    ...body);
  dialog.addEventListener("close", () => dialog.remove());
  document.querySelector(".fe").append(dialog);
  dialog.showModal();
  return dialog;
}

/** A place for what went wrong, and `tried(act)`, which shows it there. */
function complaint() {
  const wrong = h("p", { class: "fe-wrong", role: "alert", hidden: true });
  const tried = async (act) => {
    wrong.hidden = true;
    try {
      await act();
    } catch (error) {
      wrong.textContent = error.message;
      wrong.hidden = false;
    }
  };
  return { wrong, tried };
}

/** Checkboxes for channels; `read()` gives what the server wants. */
function whereForm(where, words, isFirst) {
  const box = (label, checked, id) => {
    const input = h("input", { type: "checkbox", checked, data: { id } });
    return { input, row: h("label", { class: "fe-check" }, input, h("span", {}, label)) };
  };
  const all = box(where.other ? words("forAllTaken", { name: where.other }) : words("forAll"), where.for_all || (isFirst && !where.other), "all");
  const some = where.channels.map((one) => box(one.other ? words("channelTaken", one) : one.name, one.on, one.id));
  const element = h("fieldset", { class: "fe-rows" }, h("legend", {}, words("where")), all.row, some.map((one) => one.row));
  return { element, read: () => ({ for_all: all.input.checked,
    channels: some.filter((one) => one.input.checked).map((one) => Number(one.input.dataset.id)) }) };
}

export function publishDialog({ where, isFirst, words, publish }) {
  const note = h("input", { class: "fe-input", type: "text", maxlength: 200 });
  const place = whereForm(where, words, isFirst);
  const { wrong, tried } = complaint();
  const form = h("form", { onsubmit: (event) => {
    event.preventDefault();
    tried(async () => {
      await publish({ note: note.value, ...place.read() });
      dialog.close();
    });
  } }, h("p", { class: "fe-hint" }, words("publishWords")), labelled(words("note"), note, { hint: words("noteHint") }), place.element, wrong,
  h("div", { class: "fe-dialog__tools" }, h("button", { class: "fe-button fe-button--main", type: "submit", data: { act: "publishNow" } }, words("publish")),
    h("button", { class: "fe-button", type: "button", onclick: () => dialog.close() }, words("cancel"))));
  const dialog = open(words("publishTitle"), words, form);
  note.focus();
}

export function versionsDialog({ versions, where, words, load, rollBack, use }) {
  const list = h("ol", { class: "fe-versions" });
  const { wrong, tried } = complaint();
  const guarded = (act, ends) => () => tried(async () => {
    await act();
    if (ends) dialog.close();
  });
  const draw = (rows) => list.replaceChildren(...rows.map((row, n) => h("li", {},
    h("div", { class: "fe-versions__top" }, h("b", {}, words("version", { n: row.number })), n === 0 ? h("span", { class: "fe-tag" }, words("liveVersion")) : null,
      h("span", { class: "fe-hint" }, `${row.at} · ${row.by}`)),
    row.note ? h("p", {}, row.note) : null,
    h("p", { class: "fe-hint" }, summary(row, n === rows.length - 1, words)),
    h("div", { class: "fe-dialog__tools" },
      h("button", { class: "fe-button fe-button--small", type: "button", onclick: guarded(() => load(row.number), true) }, words("intoEditor")),
      n === 0 ? null : h("button", { class: "fe-button fe-button--small", type: "button", data: { rollback: row.number }, onclick: guarded(async () => draw(await rollBack(row.number))) }, words("rollBack"))))));
  draw(versions);
  const place = whereForm(where, words, false);
  const dialog = open(words("versionsTitle"), words,
    versions.length ? list : h("p", { class: "fe-hint" }, words("noVersions")), wrong, versions.length ? place.element : null,
    versions.length ? h("div", { class: "fe-dialog__tools" }, h("button", { class: "fe-button", type: "button", data: { act: "useIt" }, onclick: guarded(() => use(place.read()), true) }, words("useIt"))) : null);
}

function summary(row, isOldest, words) {
  if (isOldest) return words("firstVersion", { n: row.added.length });
  const parts = ["added", "removed", "changed"].filter((key) => row[key].length).map((key) => words(key, { names: row[key].join(", ") }));
  return parts.join("; ") || words("same");
}
