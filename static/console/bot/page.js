import { h } from "../../messages/dom.js";

// What every script of the bot's pages needs to know about the page.

const read = (id) => JSON.parse(document.getElementById(id)?.textContent ?? "{}");

export const strings = read("bot-strings");
export const urls = document.getElementById("bot-page")?.dataset ?? {};
/** A sign of the console's icon font. */
export const sign = (name) => h("span", { class: "material-symbols-outlined", "aria-hidden": "true" }, name);

export const language = document.documentElement.lang.startsWith("en") ? "en" : "zh-hans";

/** What the message renderer asks for, when a visitor's view is drawn here. */
export const context = {
  side: "visitor", strings, language, now: () => Date.now(), fileUrl: (url) => url, onRate() {}, onResend() {},
};

function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

/** POST; the answer's JSON. Throws an Error with the server's words. */
export async function post(url, body) {
  const response = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token() } });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? "");
  return answer;
}
