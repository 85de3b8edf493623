// Links with data-dialog open their page's form in a dialog (添加问答, B6). Without scripts they are pages.
import { h } from "../../messages/dom.js";
import { sign, strings } from "./page.js";

async function open(link) {
  const dialog = h("dialog", { class: "cs-dialog", "aria-labelledby": "dialog-title",
    data: { size: link.dataset.dialog, title: link.title || link.textContent.trim() } });
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  dialog.addEventListener("cancel", (event) => {
    if (dialog.dataset.changed && !confirm(strings.discard)) event.preventDefault();
  });
  dialog.addEventListener("input", () => { dialog.dataset.changed = "1"; });
  dialog.addEventListener("submit", (event) => send(event, dialog));
  if (await show(dialog, await fetch(link.href), link.href)) dialog.showModal();
  dialog.querySelector("input:not([type=hidden]), textarea, select")?.focus();
}

// The form out of a page of the console. A page without one has moved on: so does this window.
async function show(dialog, response, action) {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const form = page.querySelector("#content form");
  if (!response.ok || !form) {
    location.href = response.url;
    return false;
  }
  form.removeAttribute("x-bind:action");
  form.action = action;
  const title = h("h2", { class: "cs-title", id: "dialog-title" }, dialog.dataset.title);
  const buttons = page.querySelector("#submit-row, .submit-row");
  dialog.replaceChildren(closer(dialog), title, document.adoptNode(form));
  if (buttons && !form.contains(buttons)) form.append(document.adoptNode(buttons));
  for (const button of form.querySelectorAll("[form]")) button.removeAttribute("form");
  return true;
}

function closer(dialog) {
  return h("button", { type: "button", class: "cs-close", "aria-label": strings.close, onclick: () => {
    if (!dialog.dataset.changed || confirm(strings.discard)) dialog.close();
  } }, sign("close"));
}

async function send(event, dialog) {
  event.preventDefault();
  const form = event.target;
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  const body = new FormData(form, event.submitter);
  const response = await fetch(form.action, { method: "POST", body });
  if (response.redirected) {
    sessionStorage.setItem("cs-scroll", String(scrollY));
    location.reload(); // the message of success and the changed list
    return;
  }
  await show(dialog, response, form.action);
  dialog.querySelector(".errorlist, [aria-invalid=true]")?.scrollIntoView({ block: "center" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (link.closest("dialog")) location.href = link.href;
  else open(link);
});
const scrolled = sessionStorage.getItem("cs-scroll");
if (scrolled) {
  sessionStorage.removeItem("cs-scroll");
  scrollTo(0, Number(scrolled));
}
