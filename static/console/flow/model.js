// The flow that is edited: one graph, what is chosen in it, and the way back. Tells "changed" and "chosen".
const MOST_UNDOS = 200;
const SAME_MS = 900; // typing on in one field is one step back

export class Model extends EventTarget {
  chosen = "";
  #past = [];
  #future = [];
  #saved;
  #last = { key: "", at: 0 };

  /** `known` are variables that are set before the flow begins. */
  constructor(graph, name, known = []) {
    super();
    this.known = known;
    this.graph = graph;
    this.name = name;
    this.markSaved();
  }

  node(id) {
    return this.graph.nodes.find((node) => node.id === id) ?? null;
  }

  get chosenNode() {
    return this.node(this.chosen);
  }

  /** Names that forms, menus and set nodes give to what they keep, and those known before. */
  get variables() {
    const names = this.graph.nodes.map((node) => node.settings.variable).filter(Boolean);
    return [...new Set([...names, ...this.known])].sort();
  }

  choose(id, how = {}) {
    this.chosen = id;
    this.#tell("chosen", how);
  }

  /** `edit` changes the graph in place. Edits with the same `key`, close together, are undone as one. */
  change(edit, { key = "", from = "" } = {}) {
    const now = Date.now();
    const isSame = key && key === this.#last.key && now - this.#last.at < SAME_MS;
    this.#last = { key, at: now };
    if (!isSame) this.#past.push(JSON.stringify(this.graph));
    if (this.#past.length > MOST_UNDOS) this.#past.shift();
    this.#future = [];
    edit(this.graph);
    this.#tell("changed", { from });
  }

  rename(name) {
    this.name = name;
    this.#tell("changed", { from: "name" });
  }

  undo() {
    this.#travel(this.#past, this.#future);
  }

  redo() {
    this.#travel(this.#future, this.#past);
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  markSaved(text = this.#text()) {
    this.#saved = text;
  }

  /** What markSaved takes, so that changes made while saving stay unsaved. */
  get stamp() {
    return this.#text();
  }

  get isSaved() {
    return this.#saved === this.#text();
  }

  #text() {
    return JSON.stringify([this.name, this.graph]);
  }

  #travel(from, to) {
    if (!from.length) return;
    to.push(JSON.stringify(this.graph));
    this.graph = JSON.parse(from.pop());
    this.#last = { key: "", at: 0 };
    if (!this.chosenNode) this.chosen = "";
    this.#tell("changed", { from: "history" });
    this.#tell("chosen", {});
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
