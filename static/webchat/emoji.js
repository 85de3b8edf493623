// The emoji panel; this file, the picker and its data come from our own server when the button is first pressed.
import { h } from "../messages/dom.js";
import { opened } from "./back.js";
import { $, page } from "./page.js";

const button = $("emoji");
let panel;
let done;

/** Opens or closes the panel; `insert` takes the chosen character. */
export async function toggle(insert) {
  if (panel && !panel.hidden) return close();
  if (panel) panel.hidden = false;
  else await build(insert);
  button.setAttribute("aria-expanded", "true");
  done = opened(close);
  panel.firstChild.shadowRoot?.querySelector("input")?.focus();
}

function close() {
  panel.hidden = true;
  button.setAttribute("aria-expanded", "false");
  done();
}

async function build(insert) {
  panel = h("div", { class: "emoji-panel" });
  $("composer").append(panel);
  const { emoji } = page.urls;
  const [{ default: Picker }, { default: i18n }] = await Promise.all([import(emoji.picker), import(emoji.i18n)]);
  const picker = new Picker({ locale: page.language === "en" ? "en" : "zh", dataSource: emoji.data, i18n });
  picker.addEventListener("emoji-click", (event) => {
    close();
    insert(event.detail.unicode);
  });
  panel.append(picker);
  watchAway();
}

function watchAway() {
  document.addEventListener("pointerdown", (event) => {
    if (!panel.hidden && !panel.contains(event.target) && !button.contains(event.target)) close();
  });
  // Capture: before the page takes Escape for closing the whole chat.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden) return;
    event.stopPropagation();
    close();
    button.focus();
  }, true);
}
