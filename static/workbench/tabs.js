// The tabs of the right column: arrow keys move, what was chosen stays chosen (issue: 访客资料 | 快捷回复 | …).

/** `root` holds [role=tab] buttons with data-tab and panels with data-panel. Returns {choose, next}. */
export function watchTabs(root, storage, key) {
  const tabs = [...root.querySelectorAll("[role=tab]")];
  const panels = [...root.querySelectorAll("[data-panel]")];

  function choose(name) {
    if (root.dataset.shown === name) return;
    root.dataset.shown = name;
    for (const tab of tabs) {
      const isChosen = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
    }
    for (const panel of panels) panel.hidden = panel.dataset.panel !== name;
    storage.setItem(key, name);
    root.dispatchEvent(new CustomEvent("tab", { detail: name }));
  }

  function move(to) {
    const tab = tabs[(to + tabs.length) % tabs.length];
    tab.focus();
    choose(tab.dataset.tab);
  }

  for (const [at, tab] of tabs.entries()) {
    tab.addEventListener("click", () => choose(tab.dataset.tab));
    tab.addEventListener("keydown", (event) => {
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (to === undefined || event.altKey) return;
      event.preventDefault();
      move(to);
    });
  }
  const last = storage.getItem(key);
  choose(tabs.some((tab) => tab.dataset.tab === last) ? last : tabs[0].dataset.tab);
  const next = () => move(tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true") + 1);
  return { choose, next };
}
