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

export function watchPanes({ onList }) {
  const listen = (name, pane) => {
    for (const button of document.querySelectorAll(`[data-to=${name}]`)) button.addEventListener("click", pane);
  };
  listen("list", () => (history.state?.pane ? history.back() : (showPane("list"), onList())));
  listen("talk", () => (history.state?.pane ? history.back() : showPane("talk")));
  listen("visitor", () => showPane("visitor"));
  addEventListener("popstate", (event) => {
    showPane(event.state?.pane ?? "list", { push: false });
    if (paneOf() === "list" && isNarrow()) onList();
  });
}
