// 留言: what visitors left when nobody served. A fold beside 服务中, and a sheet to read, claim, answer and close. A117
import { h, text } from "../messages/dom.js";
import { full } from "../messages/time.js";
import { newId } from "../webchat/client/ids.js";
import { ago, everySecond } from "./clock.js";
import { sheet } from "./dialogs.js";
import { drawFace } from "./faces.js";
import { keyed, setText } from "./keyed.js";
import { listRow, partsOf } from "./listrow.js";

export function watchLeft({ root, desk, link, strings, language, toast, open }) {
  const fold = root.querySelector("[data-fold=left]");
  const list = root.querySelector("[data-list=left]");
  const dialog = root.querySelector("[data-left-sheet]");
  const form = dialog.querySelector("form");
  const error = dialog.querySelector("[data-error]");
  const part = (name) => fold.querySelector(`[data-part=${name}]`);
  let messages = [];
  let mark = null;
  let chosen = null;

  async function load() {
    const result = await link.ask({ op: "left.list" });
    if (!result.ok) return void (mark = null); // the next snapshot tries again
    messages = result.messages;
    draw();
    const now = messages.find((each) => each.id === chosen?.id);
    if (dialog.open && now) show(now);
    else if (dialog.open) dialog.close(); // somebody else has it
  }

  function create(left) {
    return listRow(() => read(left.id));
  }

  function update(node, left, now) {
    const piece = partsOf(node);
    drawFace(piece("face"), left.visitor);
    node.classList.toggle("row--online", left.online);
    setText(piece("name"), left.visitor.name);
    setText(piece("presence"), text(strings, `left_${left.state}`));
    setText(piece("time"), ago(left.at, now, language, strings));
    setText(piece("preview"), left.text);
  }

  function draw(now = Date.now()) {
    keyed(list, messages, { key: (left) => left.id, create, update: (node, left) => update(node, left, now) });
    part("empty").hidden = messages.length > 0;
  }

  function read(id) {
    const left = messages.find((each) => each.id === id);
    if (!left) return;
    form.reset();
    fail("");
    show(left);
    sheet(dialog);
    form.elements.text.focus();
  }

  function show(left) {
    chosen = left;
    const facts = { visitor: left.visitor.name, contact: left.contact, channel: left.channel, group: left.group,
      leftAt: full(left.at, language), state: [text(strings, `left_${left.state}`), left.by].filter(Boolean).join(" · ") };
    const named = Object.entries(facts).filter(([, value]) => value).map(([key, value]) => [text(strings, key), value]);
    dialog.querySelector("[data-left-facts]").replaceChildren(
      ...[...named, ...Object.entries(left.answers)].map(([name, value]) => h("div", { class: "fact" }, h("dt", {}, name), h("dd", {}, value))));
    setText(dialog.querySelector("[data-left-text]"), left.text);
    dialog.querySelector("[data-left-claim]").hidden = left.state === "claimed";
  }

  function fail(reason) {
    error.hidden = !reason;
    setText(error, reason);
  }

  async function act(op, more = {}) {
    const result = await link.ask({ op, left: chosen.id, ...more });
    fail(result.ok ? "" : result.reason);
    return result.ok ? result : null;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const send = form.querySelector("[type=submit]");
    send.disabled = true;
    const result = await act("left.reply", { text: form.elements.text.value, client_id: newId() });
    send.disabled = false;
    if (!result) return;
    dialog.close();
    desk.whenServed(result.session, open);
  });
  dialog.querySelector("[data-left-claim]").addEventListener("click", () => act("left.claim"));
  dialog.querySelector("[data-left-close]").addEventListener("click", async () => {
    if (!(await act("left.close"))) return;
    dialog.close();
    toast(text(strings, "leftClosed"));
  });
  desk.addEventListener("left", () => {
    setText(part("count"), String(desk.left.count));
    fold.dataset.waiting = desk.left.count > 0;
    if (desk.left.mark === mark || link.state !== "online") return;
    mark = desk.left.mark;
    load();
  });
  link.addEventListener("state", ({ detail }) => {
    if (detail !== "online") return;
    mark = desk.left.mark;
    load();
  });
  everySecond(draw);
}
