// The form beside the picture: the chosen node's settings, or the flow's own.
import { h } from "../../messages/dom.js";
import { duplicateNode, removeNode } from "./edits.js";
import { labelled, picker, variableButton, writer } from "./fields.js";
import { symbol } from "./nodes.js";
import { drawRows } from "./rows.js";
import { connect } from "./shape.js";

export class Form {
  problems = [];

  constructor({ model, shape, words, groups, mostRows }) {
    Object.assign(this, { model, shape, words, groups, mostRows });
    this.element = h("div", { class: "fe-form" });
    model.addEventListener("chosen", ({ detail }) => {
      this.draw();
      if (detail.isNew) this.focusFirst();
    });
    model.addEventListener("changed", ({ detail }) => { if (!["form", "move", "name"].includes(detail.from)) this.draw(); });
  }

  /** The server's newest answer; what is being typed is not disturbed. */
  showProblems(problems) {
    this.problems = problems;
    if (!this.element.contains(document.activeElement)) this.draw();
    else this.#markInPlace();
  }

  wrong(place) {
    const node = this.model.chosen;
    return this.problems.find((problem) => problem.node === node && problem.field === place)?.text ?? "";
  }

  /** One change of the chosen node; typing on in `place` is one step of undo. */
  edit(place, act) {
    this.model.change(act, { key: `${this.model.chosen} ${place}`, from: "form" });
  }

  /** A change after which the form itself looks different. */
  editRows(place, act) {
    this.model.change(act, { from: "form" });
    this.draw();
    const row = this.element.querySelector(`[data-row="${CSS.escape(place)}"] input`) ?? this.element.querySelector("[data-add]");
    row?.focus();
  }

  focusFirst() {
    this.element.querySelector("[data-first] :is(input, textarea, select)")?.focus();
  }

  draw() {
    const node = this.model.chosenNode;
    this.element.replaceChildren(...(node ? this.#node(node) : this.#flow()).filter(Boolean));
  }

  target(key, label, value) {
    const { chosen } = this.model;
    const change = (to) => this.edit(key, (graph) => connect(graph.nodes.find((node) => node.id === chosen), key, to));
    return labelled(label, picker(this.#targets(this.words("nothing")), value, change), { wrong: this.wrong(key) });
  }

  variable(field, value, set, wrong) {
    const { input } = writer(field, value, set, this.words);
    const list = h("datalist", { id: "fe-variables" }, this.model.variables.map((name) => h("option", { value: name })));
    input.setAttribute("list", list.id);
    return h("div", {}, labelled(field.label, input, { hint: field.hint, wrong, required: field.required }), list);
  }

  #node(node) {
    const { model, shape, words } = this;
    const kind = shape.kind(node);
    const title = writer({ form: "line", limit: 60 }, node.title, (value) => this.edit("title", () => { model.chosenNode.title = value; }), words);
    const button = (icon, key, act, disabled = false) => h("button", { class: "fe-button fe-button--small", type: "button", disabled, data: { act: key }, onclick: act }, symbol(icon), words(key));
    return [
      h("div", { class: "fe-form__head" }, symbol(kind.icon), h("h2", {}, kind.label)),
      h("p", { class: "fe-hint" }, kind.hint),
      this.wrong("") ? h("p", { class: "fe-wrong", role: "status" }, this.wrong("")) : null,
      ...kind.fields.map((field, n) => h("div", { data: n === 0 ? { first: "" } : {} }, this.#field(node, field))),
      ...kind.ports.map((port) => this.target(port.name, port.label, node.settings[port.name])),
      labelled(words("nodeTitle"), title.input, { extra: title.counter }),
      h("div", { class: "fe-form__tools" },
        button("flag", "makeStart", () => { model.change((graph) => { graph.start = node.id; }); }, model.graph.start === node.id),
        button("content_copy", "duplicate", () => duplicateNode(model, shape, node.id)),
        button("delete", "remove", () => removeNode(model, shape, node.id))),
    ];
  }

  #field(node, field) {
    const { model, words } = this;
    const value = node.settings[field.name];
    const wrong = this.wrong(field.name);
    const set = (to) => this.edit(field.name, () => { model.chosenNode.settings[field.name] = to; });
    if (field.form in this.shape.rows) return drawRows(this, node, field);
    if (field.form === "variable") return this.variable(field, value, set, wrong);
    if (field.form === "choice") return labelled(field.label, picker(field.choices, value || field.choices[0][0], set), { hint: field.hint, wrong });
    if (field.form === "node") return labelled(field.label, picker(this.#targets(words("menuBefore")), value, set), { hint: field.hint, wrong });
    if (field.form === "group") return labelled(field.label, this.#groups(value, set), { hint: field.hint, wrong });
    const { input, counter } = writer(field, value, set, words);
    const extra = h("span", { class: "fe-field__extra" }, counter, variableButton(input, model.variables, words));
    return labelled(field.label, input, { hint: field.hint, wrong, required: field.required, extra });
  }

  #groups(value, set) {
    const { words } = this;
    const known = this.groups.map((group) => [String(group.id), group.name]);
    const found = value && (this.groups.find((group) => group.name === value.name) ?? this.groups.find((group) => group.id === value.id));
    const gone = value && !found ? [["gone", words("goneGroup", { name: value.name })]] : [];
    return picker([["", words("allAgents")], ...known, ...gone], found ? String(found.id) : value ? "gone" : "", (id) => {
      const group = this.groups.find((one) => String(one.id) === id);
      if (id !== "gone") set(group ? { id: group.id, name: group.name } : null);
    });
  }

  #targets(none) {
    const nodes = this.model.graph.nodes.map((node) => [node.id, `${this.shape.name(node)} · ${node.id}`]);
    return [["", none], ...nodes];
  }

  #flow() {
    const { model, words } = this;
    const whole = (field) => this.problems.find((problem) => !problem.node && problem.field === field)?.text ?? "";
    const set = (field) => (value) => model.change((graph) => { graph[field] = value; });
    return [
      h("p", { class: "fe-hint" }, words("noNode")),
      h("div", { class: "fe-form__head" }, symbol("account_tree"), h("h2", {}, words("flowSettings"))),
      labelled(words("startNode"), picker(this.#targets(words("nothing")), model.graph.start, set("start")), { wrong: whole("start") }),
      labelled(words("humanNode"), picker(this.#targets(words("directly")), model.graph.human, set("human")), { hint: words("humanHint"), wrong: whole("human") }),
    ];
  }

  // Somebody types: keep his focus and selection, redraw the rest when he leaves.
  #markInPlace() {
    this.element.addEventListener("focusout", ({ relatedTarget }) => {
      if (!this.element.contains(relatedTarget)) this.draw();
    }, { once: true });
  }
}
