// The two forms: questions before the chat, and the message left when nobody serves. Loaded with their style when needed.
import { h } from "../messages/dom.js";
import { opened } from "./back.js";
import { newId } from "./client/ids.js";
import { $, page, t } from "./page.js";

const TYPES = { email: "email", phone: "tel" }; // also what the browser fills in
let shown = null; // closes the form that is open

/** Asks what the channel wants to know first; the chat begins with the answers. */
export async function askBefore(client) {
  if (shown) return;
  await style();
  open({
    title: t("formTitle"), words: page.channel.form_intro || t("formIntro"), go: t("formStart"), client,
    fields: client.form.map((field) => ({ ...field, name: field.label })),
    send: (answers) => client.answerForm(answers),
  });
}

/** 留言: what is the matter, and how to reach the visitor. */
export async function leaveMessage(client) {
  if (shown) return;
  await style();
  const clientId = newId(); // one form, one message, however often it is sent
  const own = client.messageForm.fields.map((field) => ({ ...field, name: field.label }));
  open({
    title: t("leave"), words: t("leaveWords"), go: t("leaveSend"), cancel: t("cancel"), client,
    fields: [
      { name: "text", label: t("leaveText"), kind: "long", required: true, most: 2000 },
      { name: "contact", label: t("leaveContact"), kind: "text", required: true, complete: "email" }, ...own,
    ],
    send: ({ text, contact, ...answers }) => client.leaveMessage({ text, contact, answers, clientId }),
  });
}

function open({ title, words, go, cancel, fields, send, client }) {
  const rows = fields.map(row);
  const button = h("button", { class: "button button--primary", type: "submit" }, go);
  const form = h("form", { class: "asking__form", novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    submit({ rows, button, send });
  } }, h("h2", { class: "asking__title", id: "asking-title" }, title), h("p", { class: "asking__words" }, words), rows.map(({ node }) => node),
  h("div", { class: "asking__go" }, cancel ? h("button", { class: "button", type: "button", onclick: () => shown() }, cancel) : null, button));
  const panel = h("main", { class: "asking", "aria-labelledby": "asking-title", onkeydown: (event) => {
    if (event.key !== "Escape" || !cancel) return;
    event.stopPropagation();
    shown();
  } }, form);
  const former = document.activeElement;
  const done = cancel ? opened(() => shown()) : () => {};
  const rest = client.on("forgotten", () => shown?.());
  shown = () => {
    shown = null;
    rest();
    panel.remove();
    delete document.body.dataset.asking;
    done();
    (former?.isConnected && former !== document.body ? former : $("text")).focus({ preventScroll: true });
  };
  document.querySelector(".window").append(panel);
  document.body.dataset.asking = "";
  rows[0]?.control.focus({ preventScroll: true });
}

async function submit({ rows, button, send }) {
  if (button.disabled) return;
  for (const { say } of rows) say("");
  const empty = rows.find(({ field, control }) => field.required && !control.value.trim());
  if (empty) return empty.say(t("fillIn"));
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    await send(Object.fromEntries(rows.map(({ field, control }) => [field.name, control.value.trim()])));
    shown?.();
  } catch (error) {
    (rows.find(({ field }) => field.name === error.field) ?? rows.at(-1)).say(error.message);
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}

// A labelled field with a place for what is wrong with it.
function row(field, at) {
  const id = `asking-${at}`;
  const shared = { id, class: "input", required: field.required, maxlength: field.most ?? 200, "aria-describedby": `${id}-wrong` };
  const control = field.kind === "select" ? h("select", { ...shared, maxlength: null }, ["", ...field.options].map((option) => h("option", { value: option }, option || t("choose"))))
    : field.kind === "long" ? h("textarea", { ...shared, rows: 4 })
      : h("input", { ...shared, type: TYPES[field.kind] ?? "text", autocomplete: TYPES[field.kind] ?? field.complete });
  const wrong = h("p", { class: "asking__wrong", id: `${id}-wrong`, role: "alert" });
  const say = (words) => {
    wrong.textContent = words;
    if (!words) return control.removeAttribute("aria-invalid");
    control.setAttribute("aria-invalid", "true");
    control.focus();
  };
  const mark = field.required ? null : h("span", { class: "asking__optional" }, t("optional"));
  return { field, control, say, node: h("div", { class: "asking__row" }, h("label", { for: id }, field.label, mark), control, wrong) };
}

let styled;
function style() {
  styled ??= new Promise((resolve) => {
    const link = h("link", { rel: "stylesheet", href: page.urls.forms, onload: resolve, onerror: resolve });
    document.head.append(link);
  });
  return styled;
}
