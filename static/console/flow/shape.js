// What nodes look like to the editor: their kind, their ways out, their names. Rules are the server's (`review`).
export class Shape {
  constructor({ kinds, rows, rowPort, rowsWithPorts, conditions }, words) {
    this.kinds = new Map(kinds.map((kind) => [kind.step, kind]));
    this.rows = rows;
    this.rowPort = rowPort;
    this.rowsWithPorts = new Set(rowsWithPorts);
    this.conditions = new Map(conditions);
    this.words = words;
  }

  kind(node) {
    return this.kinds.get(node.step);
  }

  name(node) {
    return node.title || this.kind(node).label;
  }

  /** A place of the test run; "@bot" and the like are in every flow without being drawn. */
  placeName(id, node) {
    const step = { "@bot": "bot.answer", "@hand_over": "hand_over", "@group": "group" }[id];
    return node ? this.name(node) : this.kinds.get(step)?.label ?? id;
  }

  /** Every way out: {key, label, target, field}. `key` is a port's name, or "items.2". */
  ports(node) {
    const kind = this.kind(node);
    const found = [];
    for (const field of kind.fields) {
      if (this.rowsWithPorts.has(field.form)) {
        node.settings[field.name].forEach((row, n) => found.push({
          key: `${field.name}.${n}`, label: this.rowName(field.form, row, n), target: row.next, isRow: true }));
      }
      if (field.form === "node") {
        found.push({ key: field.name, label: field.label, target: node.settings[field.name], isBack: true });
      }
    }
    for (const port of kind.ports) {
      found.push({ key: port.name, label: port.label, target: node.settings[port.name], isOptional: !port.required });
    }
    return found;
  }

  rowName(form, row, n) {
    if (form !== "cases") return row.content || `#${n + 1}`;
    if (row.test !== "variable") return this.conditions.get(row.test) ?? `#${n + 1}`;
    const sign = { equals: "=", contains: "∋", exists: "≠ ∅" }[row.operator] ?? "=";
    return `${row.variable || "?"} ${sign} ${row.operator === "exists" ? "" : row.value}`.trim();
  }

  /** The line below the name in the picture. */
  summary(node) {
    const { settings } = node;
    if (settings.group) return settings.group.name;
    if (node.step === "set") return `${settings.variable || "?"} = ${settings.value}`;
    const said = settings.header || settings.text;
    if (said) return said;
    return "header" in settings || "text" in settings ? this.words("untyped") : this.kind(node).hint;
  }

  blank(step, id, x, y) {
    const kind = this.kinds.get(step);
    const settings = {};
    for (const port of kind.ports) settings[port.name] = "";
    for (const field of kind.fields) settings[field.name] = this.#empty(field);
    return { id, step, title: "", x, y, settings };
  }

  #empty(field) {
    if (field.form === "group") return null;
    if (field.form === "choice") return field.choices[0]?.[0] ?? "";
    if (field.form === "options") return [];
    return field.form in this.rows ? [this.row(field.form)] : "";
  }

  row(form) {
    const row = Object.fromEntries(this.rows[form].map((part) => [part.name, part.choices[0]?.[0] ?? ""]));
    if ("test" in row) row.test = "variable";
    if (this.rowsWithPorts.has(form)) row.next = "";
    return row;
  }
}

/** Sets where a way out leads. */
export function connect(node, key, target) {
  const [name, number] = key.split(".");
  if (number === undefined) node.settings[name] = target;
  else node.settings[name][Number(number)].next = target;
}

export function freshId(graph, step) {
  const base = step.replace(/[^a-z]+/g, "_");
  const taken = new Set(graph.nodes.map((node) => node.id));
  for (let n = 1; ; n += 1) if (!taken.has(`${base}_${n}`)) return `${base}_${n}`;
}
