// The keyboard: one table of keys, shown by the `?` sheet and in the titles of the buttons.
import { sheet } from "./dialogs.js";

/** `actions`: name -> function. Alt with a letter is read by its place, so that other layouts work too. */
export function watchKeys({ help, actions }) {
  const keys = {
    ArrowUp: actions.previous, ArrowDown: actions.next, KeyI: actions.write, KeyJ: actions.newest, KeyS: actions.status,
    KeyR: actions.rate, KeyE: actions.end, KeyT: actions.transfer, KeyC: actions.complete, KeyA: actions.accept, KeyN: actions.side, KeyF: actions.find, KeyG: actions.suggest,
  };

  function actOf(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return null;
    const isWriting = event.target.closest?.("input, textarea, [contenteditable], emoji-picker");
    if (event.key === "?" && !isWriting) return () => sheet(help);
    return event.altKey ? keys[event.code] : null;
  }

  document.addEventListener("keydown", (event) => {
    const act = actOf(event);
    if (!act || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    act();
  });
  for (const button of document.querySelectorAll("[data-help]")) button.addEventListener("click", () => sheet(help));
}
