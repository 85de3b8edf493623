// The keyboard: one table of keys, shown by the `?` sheet and in the titles of the buttons.
import { sheet } from "./dialogs.js";

/** `actions`: name -> function. Alt with a letter is read by its place, so that other layouts work too. */
export function watchKeys({ help, actions }) {
  const keys = {
    ArrowUp: actions.previous, ArrowDown: actions.next, KeyI: actions.write, KeyJ: actions.newest, KeyS: actions.status,
    KeyR: actions.rate, KeyE: actions.end, KeyT: actions.transfer, KeyC: actions.complete, KeyA: actions.accept, KeyN: actions.side, KeyF: actions.find, KeyG: actions.suggest,
  };

  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]") || event.isComposing) return;
    const isWriting = event.target.closest?.("input, textarea, [contenteditable], emoji-picker");
    if (event.key === "?" && !isWriting && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      sheet(help);
    } else if (event.altKey && !event.ctrlKey && !event.metaKey && keys[event.code]) {
      event.preventDefault();
      keys[event.code]();
    }
  });
  for (const button of document.querySelectorAll("[data-help]")) button.addEventListener("click", () => sheet(help));
}
