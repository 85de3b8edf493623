// Options of menus and forms, and the rows of a condition: each a small form, with its way out.
import { h } from "../../messages/dom.js";
import { labelled, picker, variableButton, writer } from "./fields.js";
import { symbol } from "./nodes.js";

/** `form` is the Form around it: its model, shape, words, wrong(place) and edit(key, act). */
export function drawRows(form, node, field) {
  const { words, shape } = form;
  const rows = node.settings[field.name];
  const add = h("button", { class: "fe-button fe-button--small", type: "button", data: { add: field.name },
    disabled: rows.length >= form.mostRows,
    onclick: () => form.editRows(`${field.name}.${rows.length}`, () => rowsOf(form, field).push(shape.row(field.form))) },
  symbol("add"), words("addRow"));
  const wrong = form.wrong(field.name);
  return h("fieldset", { class: "fe-rows" }, h("legend", {}, field.label),
    field.hint ? h("p", { class: "fe-hint" }, field.hint) : null,
    wrong ? h("p", { class: "fe-wrong" }, wrong) : null,
    rows.map((row, n) => drawRow(form, field, row, n)), add);
}

const rowsOf = (form, field) => form.model.chosenNode.settings[field.name];

function drawRow(form, field, row, n) {
  const { words } = form;
  const place = `${field.name}.${n}`;
  const button = (icon, label, act, disabled = false) => h("button", {
    class: "fe-icon", type: "button", "aria-label": label, title: label, disabled, onclick: () => form.editRows(place, act) }, symbol(icon));
  return h("div", { class: "fe-row", role: "group", "aria-label": words("rowOf", { n: n + 1 }), data: { row: place } },
    h("div", { class: "fe-row__tools" }, h("span", { class: "fe-row__number" }, String(n + 1)),
      button("arrow_upward", words("moveUp", { n: n + 1 }), () => {
        const rows = rowsOf(form, field);
        rows.splice(n - 1, 0, rows.splice(n, 1)[0]);
      }, n === 0),
      button("close", words("removeRow", { n: n + 1 }), () => rowsOf(form, field).splice(n, 1))),
    form.shape.rows[field.form].map((part) => drawPart(form, field, part, row, n)),
    form.shape.rowsWithPorts.has(field.form) ? form.target(place, form.shape.rowPort, row.next) : null);
}

function drawPart(form, field, part, row, n) {
  const place = `${field.name}.${n}.${part.name}`;
  const set = (value) => form.edit(place, () => { rowsOf(form, field)[n][part.name] = value; });
  const wrong = form.wrong(place);
  const choose = (value) => form.editRows(`${field.name}.${n}`, () => { rowsOf(form, field)[n][part.name] = value; });
  if (part.name === "test") return labelled(part.label, picker([...form.shape.conditions], row.test, choose), { wrong });
  if (field.form === "cases" && (row.test !== "variable" || (part.name === "value" && row.operator === "exists"))) return null;
  if (part.form === "choice") return labelled(part.label, picker(part.choices, row[part.name], choose), { wrong });
  if (part.form === "variable") return form.variable(part, row[part.name], set, wrong);
  const { input, counter } = writer(part, row[part.name], set, form.words);
  const insert = field.form === "cases" ? variableButton(input, form.model.variables, form.words) : null;
  return labelled(part.label, input, { wrong, required: part.required, extra: h("span", { class: "fe-field__extra" }, counter, insert ?? "") });
}
