// A row of a list at the left: a face, a name, what is the matter, when, and the last words.
import { h } from "../messages/dom.js";

/** `more` stands behind the words, in the same button. */
export function listRow(onclick, ...more) {
  return h("li", { class: "row" }, h("button", { type: "button", class: "row__open", onclick },
    h("span", { class: "avatar row__face", "aria-hidden": "true" }), h("span", { class: "row__name" }),
    h("span", { class: "tag row__presence" }), h("time", { class: "row__time" }), h("span", { class: "row__preview" }), ...more));
}

/** Finds its parts by name. */
export const partsOf = (row) => (name) => row.querySelector(`.row__${name}`);
