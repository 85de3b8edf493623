// The tabs of the right column: arrow keys move, what was chosen stays chosen (issue: 访客资料 | 快捷回复 | …).

/** `root` holds [role=tab] buttons with data-tab and panels with data-panel. Returns {choose}. */
export function watchTabs(root, storage) {
  const tabs = [...root.querySelectorAll("[role=tab]")];
  const panels = [...root.querySelectorAll("[data-panel]")];

  function choose(name) {
    for (const tab of tabs) {
      const isChosen = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
    }
    for (const panel of panels) panel.hidden = panel.dataset.panel !== name;
    storage.setItem("workbench.tab", name);
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
  const last = storage.getItem("workbench.tab");
  choose(tabs.some((tab) => tab.dataset.tab === last) ? last : tabs[0].dataset.tab);
  return { choose };
}
