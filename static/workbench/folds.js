// Folded sections of the left column stay folded.

export function rememberFolds(root) {
  for (const fold of root.querySelectorAll("details[data-fold]")) {
    const key = `workbench.fold.${fold.dataset.fold}`;
    if (localStorage.getItem(key) === "0") fold.open = false;
    fold.addEventListener("toggle", () => localStorage.setItem(key, fold.open ? "1" : "0"));
  }
}
