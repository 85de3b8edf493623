import { showPicture as show } from "../messages/lightbox.js";
import { backCloses } from "./back.js";
import { strings } from "./page.js";

/** The original of a picture; the back key closes it too. */
export function showPicture(picture) {
  show(picture, strings);
  const dialog = document.querySelector("dialog.lightbox[open]");
  if (dialog) backCloses(dialog);
}
