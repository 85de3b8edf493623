import { $ } from "./page.js";

/** Asks before ending the session; true when the visitor means it. */
export function confirmEnd() {
  const dialog = $("confirm");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "end"), { once: true });
  });
}
