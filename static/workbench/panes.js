// Under 720 px the three areas are pages: list, talk, visitor. The back arrow and the browser's Back go up one.

const NARROW = matchMedia("(width < 720px)");
const DEPTH = { list: 0, talk: 1, visitor: 2 };

export function isNarrow() {
  return NARROW.matches;
}

export function paneOf() {
  return document.body.dataset.pane ?? "list";
}

export function showPane(name, { push = true } = {}) {
  const before = paneOf();
  document.body.dataset.pane = name;
  if (push && isNarrow() && DEPTH[name] > DEPTH[before]) history.pushState({ pane: name }, "");
}

/** From the visitor's page back to the conversation; resolves when it is shown. */
export function backToTalk() {
  if (paneOf() !== "visitor") return Promise.resolve();
  if (!history.state?.pane) return Promise.resolve(showPane("talk"));
  return new Promise((resolve) => {
    addEventListener("popstate", resolve, { once: true });
    history.back();
  });
}

export function watchPanes({ onList }) {
  if (history.state?.pane) history.replaceState(null, ""); // a reload begins at the list again, and so must Back
  const listen = (name, pane) => {
    for (const button of document.querySelectorAll(`[data-to=${name}]`)) button.addEventListener("click", pane);
  };
  listen("list", () => (history.state?.pane ? history.back() : (showPane("list"), onList())));
  listen("talk", () => { backToTalk(); });
  listen("visitor", () => showPane("visitor"));
  addEventListener("popstate", (event) => {
    showPane(event.state?.pane ?? "list", { push: false });
    if (paneOf() === "list" && isNarrow()) onList();
  });
}
