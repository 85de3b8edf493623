// Draws what the settings page around it sends: [{label, note, entry}], with the renderer of the visitor's chat.
import { h } from "../messages/dom.js";
import { renderEntry } from "../messages/render.js";

const page = JSON.parse(document.getElementById("page").textContent);
const ctx = { side: "visitor", strings: page.strings, language: page.language, now: Date.now };
const list = document.getElementById("list");

function draw(scenes) {
  list.replaceChildren(...scenes.map(({ label, isOff, entry }) => h("div", { class: "scene", data: { off: isOff } },
    label ? h("p", { class: "scene__label" }, label) : null, renderEntry(entry, ctx))));
}

addEventListener("message", ({ origin, data }) => origin === location.origin && Array.isArray(data) && draw(data));
parent.postMessage("ready", location.origin);
