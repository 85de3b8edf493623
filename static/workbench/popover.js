// A button that opens a menu below it: arrow keys move, Escape and a click elsewhere close, focus comes back.

const ITEMS = '[role^="menuitem"]:not([hidden]):not(:disabled)';

export function popover(button, menu, { onOpen } = {}) {
  const items = () => [...menu.querySelectorAll(ITEMS)].filter((item) => item.offsetParent);
  const isOpen = () => !menu.hidden;

  function open() {
    onOpen?.();
    menu.hidden = false;
    button.setAttribute("aria-expanded", "true");
    (menu.querySelector('[role="menuitemradio"][aria-checked="true"]') ?? items()[0])?.focus();
    document.addEventListener("pointerdown", outside, true);
  }

  function close({ refocus = true } = {}) {
    if (!isOpen()) return;
    menu.hidden = true;
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    if (refocus) button.focus();
  }

  function outside(event) {
    if (!menu.contains(event.target) && !button.contains(event.target)) close({ refocus: false });
  }

  function move(step) {
    const all = items();
    const at = all.indexOf(document.activeElement);
    all[(at + step + all.length) % all.length]?.focus();
  }

  // Choosing something closes the menu; a switch or an unfolding item does not.
  menu.addEventListener("click", (event) => {
    const item = event.target.closest(ITEMS);
    if (item && !item.hasAttribute("aria-expanded") && !("stays" in item.dataset) && item.getAttribute("role") !== "menuitemcheckbox") close();
  });
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => (isOpen() ? close() : open()));
  button.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && !event.altKey) { event.preventDefault(); open(); }
  });
  menu.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Home: () => items()[0]?.focus(), End: () => items().at(-1)?.focus(),
      Escape: () => close(), Tab: () => close({ refocus: false }) };
    if (event.altKey || !steps[event.key]) return;
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
    steps[event.key]();
  });
  return { open, close, toggle: () => (isOpen() ? close() : open()) };
}
