// Inside the frame that the loader makes: what the host's page is told, and what it tells us.

export const embedded = window.parent !== window;

// The host only ever learns a number and "close"; which sites may be the host is said by frame-ancestors.
export function tellHost(message) {
  if (embedded) window.parent.postMessage(message, "*");
}

let shown = true;

/** Can the visitor see the chat now? A closed bubble hides the frame without telling the browser. */
export function isSeen() {
  return shown && document.visibilityState === "visible";
}

/** Listens to the loader: `onShow` when the bubble opens, and once the tab comes back. */
export function watchHost(onShow) {
  window.addEventListener("message", (event) => {
    if (!embedded || event.source !== window.parent) return;
    if (event.data?.type === "csdesk:shown") shown = true;
    else if (event.data?.type === "csdesk:hidden") shown = false;
    else return;
    if (shown) onShow();
  });
  document.addEventListener("visibilitychange", () => isSeen() && onShow());
}
