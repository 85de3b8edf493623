// Modal dialogs: a question with two answers, and sheets that the page already has.
import { h, text } from "../messages/dom.js";

/** Resolves to true when the agent says yes. Escape and a click beside it say no. */
export function confirm({ strings, title, body, yes, isDanger = false }) {
  return new Promise((resolve) => {
    const agree = h("button", { type: "button", class: `button ${isDanger ? "button--danger" : "button--primary"}`, onclick: () => dialog.close("yes") }, yes);
    const dialog = h("dialog", { class: "dialog", "aria-labelledby": "confirm-title",
      onclose: () => { dialog.remove(); resolve(dialog.returnValue === "yes"); },
      onclick: (event) => event.target === dialog && dialog.close(),
    }, h("div", { class: "dialog__body" },
      h("h2", { class: "dialog__title", id: "confirm-title" }, title), h("p", { class: "dialog__text" }, body),
      h("div", { class: "dialog__actions" },
        h("button", { type: "button", class: "button", onclick: () => dialog.close() }, text(strings, "cancel")), agree)));
    document.body.append(dialog);
    dialog.showModal();
    agree.focus();
  });
}

/** Opens a <dialog> of the page; its [data-close] buttons and a click beside it close it. */
export function sheet(dialog) {
  if (!dialog.dataset.ready) {
    dialog.dataset.ready = "1";
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
    });
  }
  if (!dialog.open) dialog.showModal();
}
