// ··· and + on a phone: shows the tools that they hold, hides them after one was used. W61

export function watchMore(root) {
  for (const button of root.querySelectorAll("[data-more]")) {
    const panel = root.querySelector(`#${button.dataset.more}`);
    const show = (open) => {
      panel.toggleAttribute("data-open", open);
      button.setAttribute("aria-expanded", String(open));
    };
    const isOpen = () => panel.hasAttribute("data-open");

    button.addEventListener("click", () => show(!isOpen()));
    panel.addEventListener("click", () => show(false));
    document.addEventListener("pointerdown", (event) => {
      if (isOpen() && !panel.contains(event.target) && !button.contains(event.target)) show(false);
    }, true);
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !isOpen()) return;
      show(false);
      button.focus();
    });
  }
}
