// What the server says about this page: channel, language, strings, addresses.
import { text } from "../messages/dom.js";

export const page = JSON.parse(document.getElementById("page").textContent);

export const strings = page.strings;

/** A visible string, with {names} filled in. */
export const t = (key, values) => text(strings, key, values);

export const $ = (id) => document.getElementById(id);

/** A client_id that no other tab will choose: 24 characters of A-Za-z0-9. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
