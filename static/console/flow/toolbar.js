// The row above the picture: name, state, and what one can do with the whole flow.
import { h } from "../../messages/dom.js";
import { symbol } from "./nodes.js";

export function makeToolbar({ model, words, actions }) {
  const name = h("input", { class: "fe-input fe-bar__name", type: "text", maxlength: 60, "aria-label": words("flowName"), autocomplete: "off" });
  name.value = model.name;
  name.addEventListener("input", () => model.rename(name.value.trim() || model.name));
  const state = h("span", { class: "fe-bar__state", role: "status" });
  const file = h("input", { type: "file", accept: ".json,application/json", hidden: true, "aria-label": words("import") });
  file.addEventListener("change", () => {
    if (file.files[0]) actions.import(file.files[0]);
    file.value = "";
  });
  const tool = (icon, key, act) => h("button", { class: "fe-icon", type: "button", "aria-label": words(key), title: words(key), data: { act: key }, onclick: act }, symbol(icon));
  const button = (key, act, look = "") => h("button", { class: `fe-button ${look}`, type: "button", data: { act: key }, onclick: act }, words(key));
  const undo = tool("undo", "undo", () => model.undo()), redo = tool("redo", "redo", () => model.redo());
  const save = button("save", actions.save);
  const element = h("div", { class: "fe-bar", role: "toolbar", "aria-label": words("flowSettings") }, name, state,
    h("span", { class: "fe-bar__tools" }, undo, redo, tool("auto_fix_high", "arrange", actions.arrange), tool("fit_screen", "fit", actions.fit),
      tool("zoom_out", "zoomOut", () => actions.zoom(0.8)), tool("zoom_in", "zoomIn", () => actions.zoom(1.25))),
    h("span", { class: "fe-bar__tools" }, tool("upload_file", "import", () => file.click()), tool("download", "export", actions.export), tool("history", "versions", actions.versions)), file,
    h("span", { class: "fe-bar__tools" }, save, button("publish", actions.publish, "fe-button--main")));

  function show() {
    undo.disabled = !model.canUndo;
    redo.disabled = !model.canRedo;
    save.disabled = model.isSaved;
    if (!state.dataset.told) state.textContent = model.isSaved ? "" : words("unsaved");
  }

  /** A word about what just happened; it stays until the next change. */
  function tell(text, look = "") {
    state.textContent = text;
    state.dataset.look = look;
    state.dataset.told = "1";
    show();
  }

  model.addEventListener("changed", () => {
    delete state.dataset.told;
    delete state.dataset.look;
    show();
  });
  show();
  return { element, tell, file };
}
