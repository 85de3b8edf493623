// The column beside the picture: one of the chosen node's form, the test run, the problems.
import { h } from "../../messages/dom.js";

export function makeSide(tabs) {
  const list = h("div", { class: "fe-tabs", role: "tablist" });
  const element = h("div", { class: "fe-side" }, list);
  const made = tabs.map(({ key, label, content, opened }) => {
    const panel = h("div", { class: "fe-panel", role: "tabpanel", id: `fe-panel-${key}`, "aria-labelledby": `fe-tab-${key}` }, content);
    const tab = h("button", { class: "fe-tab", type: "button", role: "tab", id: `fe-tab-${key}`, "aria-controls": panel.id, data: { tab: key }, onclick: () => open(key) }, h("span", {}, label));
    list.append(tab);
    element.append(panel);
    return { key, tab, panel, opened };
  });

  function open(key) {
    for (const one of made) {
      const isOpen = one.key === key;
      one.tab.setAttribute("aria-selected", isOpen);
      one.tab.tabIndex = isOpen ? 0 : -1;
      one.panel.hidden = !isOpen;
      if (isOpen) one.opened?.();
    }
  }

  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = made.findIndex((one) => one.tab === event.target);
    const next = made[(at + step + made.length) % made.length];
    open(next.key);
    next.tab.focus();
  });

  function badge(key, number) {
    const { tab } = made.find((one) => one.key === key);
    tab.querySelector(".fe-badge")?.remove();
    if (number) tab.append(h("span", { class: "fe-badge" }, String(number)));
  }

  open(made[0].key);
  return { element, open, badge };
}
