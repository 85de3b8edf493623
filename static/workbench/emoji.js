// The emoji picker: loaded from our own server when first asked for, closed by Escape or a click elsewhere.

export function watchEmoji({ root, urls, language, insert }) {
  const button = root.querySelector("[data-emoji]");
  const panel = root.querySelector("[data-emoji-panel]");

  async function open() {
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    if (!panel.firstElementChild) await build();
    panel.firstElementChild?.shadowRoot?.querySelector("input")?.focus();
  }

  function close({ refocus = true } = {}) {
    if (panel.hidden) return;
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (refocus) button.focus();
  }

  async function build() {
    panel.setAttribute("aria-busy", "true");
    const [{ default: Picker }, { default: i18n }] = await Promise.all([import(urls.emojiPicker), import(urls.emojiWords)]);
    const picker = new Picker({ locale: language === "en" ? "en" : "zh", dataSource: urls.emojiData, i18n });
    picker.addEventListener("emoji-click", (event) => {
      close({ refocus: false });
      insert(event.detail.unicode ?? "");
    });
    panel.replaceChildren(picker);
    panel.removeAttribute("aria-busy");
  }

  button.addEventListener("click", () => (panel.hidden ? open() : close()));
  document.addEventListener("pointerdown", (event) => {
    if (!panel.contains(event.target) && !button.contains(event.target)) close({ refocus: false });
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close();
  });
}
