// The parts of forms: a labelled control, how long its text is, what is wrong with it.
import { h } from "../../messages/dom.js";

let count = 0;

/** A label around `control`, with hint, counter and the server's complaint. */
export function labelled(label, control, { hint = "", wrong = "", required = false, extra = null } = {}) {
  count += 1;
  control.id = `fe-field-${count}`;
  const notes = [hint && h("p", { class: "fe-hint", id: `${control.id}-hint` }, hint),
    wrong && h("p", { class: "fe-wrong", id: `${control.id}-wrong` }, wrong)].filter(Boolean);
  if (notes.length) control.setAttribute("aria-describedby", notes.map((note) => note.id).join(" "));
  if (wrong) control.setAttribute("aria-invalid", "true");
  return h("div", { class: "fe-field" },
    h("div", { class: "fe-field__top" }, h("label", { for: control.id }, label, required ? h("span", { class: "fe-star", "aria-hidden": "true" }, " *") : null), extra),
    control, notes);
}

export function picker(options, value, change) {
  const select = h("select", { class: "fe-input", onchange: () => change(select.value) },
    options.map(([key, label]) => h("option", { value: key }, label)));
  select.value = value;
  return select;
}

/** One line or several; shows how much of `limit` is used once it gets close. */
export function writer(field, value, change, words) {
  const isText = field.form === "text";
  const input = h(isText ? "textarea" : "input", { class: "fe-input", ...(isText ? { rows: 3 } : { type: "text" }), autocomplete: "off" });
  input.value = value;
  const counter = h("span", { class: "fe-count" });
  const counted = () => {
    const used = [...input.value].length;
    counter.textContent = field.limit && used > field.limit * 0.7 ? words("count", { n: used, limit: field.limit }) : "";
    counter.dataset.over = field.limit > 0 && used > field.limit;
  };
  input.addEventListener("input", () => { counted(); change(input.value); });
  counted();
  return { input, counter };
}

/** Puts `${name}` where the cursor is. */
export function variableButton(input, names, words) {
  const select = h("select", { class: "fe-insert", "aria-label": words("insertVariable"), title: words("insertVariable"), hidden: names.length === 0 },
    h("option", { value: "" }, "${ }"), names.map((name) => h("option", { value: name }, name)));
  select.addEventListener("change", () => {
    if (!select.value) return;
    input.setRangeText(`\${${select.value}}`, input.selectionStart, input.selectionEnd, "end");
    select.value = "";
    input.dispatchEvent(new Event("input"));
    input.focus();
  });
  return select;
}
