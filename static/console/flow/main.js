// The flow editor: puts its parts together. What each does is in its own file.
import { h, text } from "../../messages/dom.js";
import { makeApi } from "./api.js";
import { Canvas, READABLE } from "./canvas.js";
import { publishDialog, versionsDialog } from "./dialogs.js";
import { Form } from "./form.js";
import { Model } from "./model.js";
import { makePalette } from "./palette.js";
import { Review } from "./review.js";
import { Shape } from "./shape.js";
import { makeSide } from "./side.js";
import { makeToolbar } from "./toolbar.js";
import { exportFile, importFile } from "./transfer.js";
import { Tryout } from "./tryout.js";

const data = JSON.parse(document.getElementById("flow-data").textContent);
const token = document.querySelector("#flow-csrf [name=csrfmiddlewaretoken]").value;
const words = (key, values) => text(data.strings, key, values);
const ask = makeApi(data.urls, token, words);
const model = new Model(data.flow.graph, data.flow.name, data.variables);
const shape = new Shape(data, words);
let { revision } = data.flow;
let { versions, where } = data;

const form = new Form({ model, shape, words, groups: data.groups, mostRows: data.mostRows });
const canvas = new Canvas({ model, shape, words, bindings: { save, edit: () => { side.open("node"); form.focusFirst(); } } });
const tryout = new Tryout({ model, shape, ask, words, strings: data.strings, language: data.language, walk: (ids) => canvas.showTrail(ids) });
const review = new Review({ model, ask, words, show: (problems) => {
  canvas.showProblems(problems);
  form.showProblems(problems);
  side.badge("problems", review.errors.length);
} });
const side = makeSide([
  { key: "node", label: words("tabNode"), content: form.element },
  { key: "try", label: words("tabTry"), content: tryout.element, opened: () => { if (!tryout.isBegun) tryout.begin(); } },
  { key: "problems", label: words("tabProblems"), content: review.element },
]);
const toolbar = makeToolbar({ model, words, actions: {
  save, publish, versions: showVersions, import: take, export: () => exportFile(model.graph, model.name),
  arrange: () => canvas.arrange(), fit: () => canvas.fit(), zoom: (factor) => canvas.view.zoomBy(factor),
} });

document.getElementById("flow-editor").replaceChildren(toolbar.element, h("div", { class: "fe-main" },
  makePalette({ model, shape, words, canvas }), canvas.element, side.element));
canvas.draw();
form.draw();
canvas.fit(READABLE);
review.now();

model.addEventListener("chosen", ({ detail }) => { if (model.chosen && (detail.isNew || detail.isProblem)) side.open("node"); });
window.addEventListener("beforeunload", (event) => { if (!model.isSaved) event.preventDefault(); });

async function save() {
  const { stamp } = model;
  toolbar.tell(words("saving"));
  try {
    const told = await ask("save", { graph: model.graph, name: model.name, revision });
    revision = told.revision;
    model.markSaved(stamp);
    review.take(told.problems);
    toolbar.tell(model.isSaved ? words("saved") : words("unsaved"), "ok");
    return true;
  } catch (error) {
    toolbar.tell(error.message, "wrong");
    return false;
  }
}

async function publish() {
  if (!model.isSaved && !(await save())) return;
  await review.now();
  if (review.errors.length) {
    side.open("problems");
    toolbar.tell(words("unfit", { n: review.errors.length }), "wrong");
    return;
  }
  publishDialog({ where, isFirst: versions.length === 0, words, publish: async (choices) => {
    const told = await ask("publish", { revision, ...choices });
    where = told.where;
    ({ versions } = await ask("versions"));
    tellRuns(words("published", { n: told.number }));
  } });
}

function tellRuns(done) {
  const runs = where.for_all || where.channels.some((one) => one.on);
  toolbar.tell(runs ? done : `${done} ${words("nowhereWarning")}`, runs ? "ok" : "wrong");
}

function showVersions() {
  versionsDialog({ versions, where, words,
    load: async (number) => replace((await ask("version", { number })).graph),
    rollBack: async (number) => {
      ({ versions } = await ask("roll_back", { number }));
      toolbar.tell(words("rolledBack", { n: number }), "ok");
      return versions;
    },
    use: async (choices) => {
      ({ where } = await ask("use", choices));
      tellRuns(words("saved"));
    } });
}

async function take(file) {
  try {
    const { graph } = await importFile(file, ask, words);
    replace(graph);
    toolbar.tell(words("imported", { n: graph.nodes.length }), "ok");
  } catch (error) {
    toolbar.tell(error.message, "wrong");
  }
}

function replace(graph) {
  model.choose("");
  model.change((now) => Object.assign(now, graph));
  canvas.fit(READABLE);
}
