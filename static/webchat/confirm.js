import { backCloses } from "./back.js";
import { $ } from "./page.js";

/** Asks before ending the session; true when the visitor means it. */
export function confirmEnd() {
  const dialog = $("confirm");
  dialog.returnValue = "";
  dialog.showModal();
  backCloses(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "end"), { once: true });
  });
}
