// Settings pages: how visitors will see the texts, and how long they are, while they are typed.
const VARIABLE = /\$(?:\{([^${}]{1,60})\}|([A-Za-z_][A-Za-z0-9_]*))/g; // as the server fills them in
const LEVELS = [1, 2, 3, 4, 5];

/** One frame, the form whose texts it shows, and the plan of what is said when. */
class Preview {
  constructor(frame) {
    this.frame = frame;
    const section = frame.closest("section.cs-section");
    this.form = section ? section.querySelector("form") : document.querySelector("#content-main form");
    this.plan = JSON.parse(frame.parentElement.querySelector("script[type='application/json']").textContent);
    this.form.addEventListener("input", () => this.draw());
    this.form.addEventListener("change", () => this.draw());
    addEventListener("message", (event) => event.source === frame.contentWindow && event.data === "ready" && this.draw());
    this.draw();
  }

  field(name) { return this.form.elements.namedItem(name); }
  isOn(name) { return !name || Boolean(this.field(name)?.checked); }
  said(name) { return this.fill(this.field(name)?.value || this.field(name)?.placeholder || ""); }

  fill(said) {
    return said.replace(VARIABLE, (whole, braced, plain) => this.plan.samples[(braced ?? plain).trim()] ?? whole);
  }

  label(name) {
    const id = this.field(name)?.id;
    return id ? this.form.querySelector(`label[for="${id}"]`)?.textContent.trim().replace(/\s*[::]$/, "") ?? "" : "";
  }

  elemOf(scene) {
    if (scene.card) return custom({ src: "9", menuContent: this.card(scene) });
    if (scene.src) return custom({ src: scene.src });
    return { MsgType: "TIMTextElem", MsgContent: { Text: scene.field ? this.said(scene.field) : scene.text } };
  }

  card({ selected }) {
    const menu = LEVELS.map((n) => ({ id: String(100 + n), content: this.said(`level_${n}`) }));
    const chosen = selected ? { selected: menu[selected - 1] } : {};
    const type = this.isOn("has_stars") ? 1 : 2;
    return { head: this.said("invitation"), tail: this.said("thanks"), menu, type, sessionId: "", ...chosen };
  }

  scenes() {
    const shown = this.plan.scenes.filter((scene) => !scene.field || this.field(scene.field));
    return shown.map((scene, at) => {
      const isOff = ![scene.switch ?? []].flat().every((name) => this.isOn(name));
      const words = scene.label ?? (scene.field ? this.label(scene.field) : "");
      const entry = { seq: at + 1, at: Date.now(), from: { kind: scene.from ?? "system", name: scene.name ?? "" }, elem: this.elemOf(scene) };
      return { label: isOff ? [words, this.plan.off].filter(Boolean).join(" · ") : words, isOff, entry };
    });
  }

  draw() {
    this.frame.contentWindow.postMessage(this.scenes(), location.origin);
  }
}

function custom(payload) {
  return { MsgType: "TIMCustomElem", MsgContent: { Data: JSON.stringify({ customerServicePlugin: 0, ...payload }) } };
}

function count(input) {
  const counter = document.createElement("p");
  counter.className = "cs-count";
  const show = () => { counter.textContent = `${input.value.length} / ${input.maxLength}`; };
  input.addEventListener("input", show);
  show();
  input.after(counter);
}

for (const frame of document.querySelectorAll("[data-preview]")) { // none on a list of such pages
  const preview = new Preview(frame);
  for (const input of preview.form.querySelectorAll("textarea[maxlength], input[type=text][maxlength]")) count(input);
}
