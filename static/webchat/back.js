// The back key of a phone closes what is open over the chat (a form, a picture, the emoji) before it leaves the page.
import { embedded } from "./embed.js";

const open = [];

/** Something opened; `close` takes it away. Returns the function to call when it was closed in another way. */
export function opened(close) {
  if (embedded) return () => {}; // the host's history is the host's
  open.push(close);
  history.pushState({ csdesk: open.length }, "");
  return () => {
    const at = open.indexOf(close);
    if (at < 0) return;
    open.splice(at, 1);
    history.back();
  };
}

/** The back key closes this dialog. */
export function backCloses(dialog) {
  dialog.addEventListener("close", opened(() => dialog.close()), { once: true });
}

if (!embedded) addEventListener("popstate", () => open.pop()?.());
