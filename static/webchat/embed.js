// Inside the frame that the loader makes: what the host's page is told, and what it tells us. The loader names the host's
// origin in the address; messages go to and are taken from that origin alone, which the browser vouches for.

const host = originOf(new URLSearchParams(location.search).get("host"));
export const embedded = window.parent !== window;
export const site = embedded && host ? host : undefined;

export function tellHost(message) {
  if (site) window.parent.postMessage(message, site);
}

function originOf(value) {
  try {
    return value && new URL(value).origin;
  } catch {
    return null;
  }
}

let shown = !embedded;

/** Can the visitor see the chat now? A closed bubble hides the frame without telling the browser. */
export function isSeen() {
  return shown && document.visibilityState === "visible";
}

/** Listens to the loader: `onShow` when the bubble opens and once the tab comes back, `calls` by name. */
export function watchHost(onShow, calls) {
  window.addEventListener("message", ({ source, origin, data }) => {
    if (!site || source !== window.parent || origin !== site || typeof data?.type !== "string") return;
    if (data.type === "csdesk:shown" || data.type === "csdesk:hidden") {
      shown = data.type === "csdesk:shown";
      if (shown) onShow();
    } else if (data.type === "csdesk:call" && Object.hasOwn(calls, data.name)) {
      calls[data.name](data.value);
    }
  });
  document.addEventListener("visibilitychange", () => isSeen() && onShow());
}
