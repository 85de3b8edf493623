// Settings pages: how visitors will see the texts, and how long they are, while they are typed.
const frame = document.querySelector("[data-preview]");
const form = document.querySelector("#content-main form");
const plan = JSON.parse(document.getElementById("preview-plan")?.textContent ?? "{}");
const VARIABLE = /\$(?:\{([^${}]{1,60})\}|([A-Za-z_][A-Za-z0-9_]*))/g; // as the server fills them in
const LEVELS = [1, 2, 3, 4, 5];

const field = (name) => form.elements.namedItem(name);
const isOn = (name) => !name || Boolean(field(name)?.checked);
const fill = (said) => said.replace(VARIABLE, (whole, braced, plain) => plan.samples[(braced ?? plain).trim()] ?? whole);
const said = (name) => fill(field(name)?.value || field(name)?.placeholder || "");
const label = (name) => form.querySelector(`label[for="id_${name}"]`)?.textContent.trim().replace(/\s*[::]$/, "") ?? "";

function elemOf(scene) {
  if (scene.card) return custom({ src: "9", menuContent: card(scene) });
  if (scene.src) return custom({ src: scene.src });
  return { MsgType: "TIMTextElem", MsgContent: { Text: scene.field ? said(scene.field) : scene.text } };
}

function card({ selected }) {
  const menu = LEVELS.map((n) => ({ id: String(100 + n), content: said(`level_${n}`) }));
  const chosen = selected ? { selected: menu[selected - 1] } : {};
  return { head: said("invitation"), tail: said("thanks"), menu, type: isOn("has_stars") ? 1 : 2, sessionId: "", ...chosen };
}

function custom(payload) {
  return { MsgType: "TIMCustomElem", MsgContent: { Data: JSON.stringify({ customerServicePlugin: 0, ...payload }) } };
}

function scenes() {
  return plan.scenes.map((scene, at) => {
    const isOff = ![scene.switch ?? []].flat().every(isOn);
    const words = scene.label ?? (scene.field ? label(scene.field) : "");
    const entry = { seq: at + 1, at: Date.now(), from: { kind: scene.from ?? "system", name: scene.name ?? "" }, elem: elemOf(scene) };
    return { label: isOff ? [words, plan.off].filter(Boolean).join(" · ") : words, isOff, entry };
  });
}

function draw() {
  frame.contentWindow.postMessage(scenes(), location.origin);
}

function count(input) {
  const counter = document.createElement("p");
  counter.className = "cs-count";
  const show = () => { counter.textContent = `${input.value.length} / ${input.maxLength}`; };
  input.addEventListener("input", show);
  show();
  input.after(counter);
}

if (frame) { // not on a list of such pages
  for (const input of form.querySelectorAll("textarea[maxlength], input[type=text][maxlength]")) count(input);
  form.addEventListener("input", draw);
  form.addEventListener("change", draw);
  addEventListener("message", (event) => event.source === frame.contentWindow && event.data === "ready" && draw());
  draw();
}
