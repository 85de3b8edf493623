// Step 1 of the web channel: the chat as visitors will see it, while name, colour and greeting are typed. M19
const chat = document.querySelector("[data-chat]");
const form = document.querySelector("#channel_form");

function draw() {
  const value = (name) => form.elements.namedItem(name)?.value ?? "";
  chat.querySelector("[data-chat-name]").textContent = value("name");
  chat.style.setProperty("--accent", /^#[0-9a-f]{6}$/i.test(value("accent")) ? value("accent") : "#1677ff");
  const greeting = value("greeting");
  const said = JSON.parse(document.getElementById("chat-preview").textContent);
  const elems = greeting ? [{ MsgType: "TIMTextElem", MsgContent: { Text: greeting } }, ...said] : said;
  const scenes = elems.map((elem, at) => ({ label: "", isOff: false,
    entry: { seq: at + 1, at: Date.now(), from: { kind: "bot", name: value("name") }, elem } }));
  chat.querySelector("[data-chat-frame]").contentWindow.postMessage(scenes, location.origin);
}

function shape(button) {
  chat.dataset.shape = button.dataset.shape;
  for (const other of document.querySelectorAll(".cs-toggle [data-shape]")) {
    other.setAttribute("aria-pressed", String(other === button));
  }
}

if (chat) {
  addEventListener("message", ({ origin, data }) => origin === location.origin && data === "ready" && draw());
  form.addEventListener("input", draw);
  document.querySelector(".cs-toggle").addEventListener("click", ({ target }) => target.dataset.shape && shape(target));
  chat.querySelector("[data-chat-frame]").addEventListener("load", draw);
  draw();
}
