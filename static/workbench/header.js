// The open conversation's head: who, since when, how long, from where, and what can be done with it. W27, W37, W46
import { text } from "../messages/dom.js";
import { duration, everySecond, time } from "./clock.js";
import { confirm } from "./dialogs.js";
import { setText } from "./keyed.js";

export function watchHeader({ root, desk, link, strings, language, toast }) {
  const part = (name) => root.querySelector(`[data-head=${name}]`);
  const buttons = { rate: root.querySelector("[data-rate]"), end: root.querySelector("[data-end]") };

  const transfer = root.querySelector("[data-transfer]");
  const note = root.querySelector("[data-note]");

  function draw(now = Date.now()) {
    const row = desk.openRow;
    if (!row) return;
    const { session, visitor, channel } = row;
    const from = session.served_at ?? session.opened_at;
    setText(part("name"), visitor.name);
    setText(part("presence"), text(strings, visitor.online ? "online" : "offline"));
    part("presence").dataset.online = visitor.online;
    setText(part("started"), from ? time(from, language) : "–");
    setText(part("served"), from ? duration((session.ended_at ?? (session.state === "ended" ? row.last_at : now)) - from) : "–");
    setText(part("source"), text(strings, "source", { name: channel?.name ?? "" }));
    buttons.end.hidden = session.state !== "serving";
    buttons.rate.hidden = !session.rateable;
    transfer.hidden = session.state !== "serving";
    note.hidden = !row.note;
    setText(note, row.note ? text(strings, "noteFor", { note: row.note }) : "");
  }

  async function act(button, op, done = "") {
    const row = desk.openRow;
    if (!row || button.disabled) return;
    button.disabled = true;
    const result = await link.ask({ op, session: row.session.id });
    button.disabled = false;
    if (!result.ok) toast(result.reason, "danger");
    else if (done) toast(text(strings, done));
  }

  async function end() {
    const row = desk.openRow;
    if (!row || row.session.state !== "serving") return;
    const sure = await confirm({ strings, title: text(strings, "endTitle", { name: row.visitor.name }), body: text(strings, "endBody"), yes: text(strings, "endSession"), isDanger: true });
    if (sure && desk.openRow === row) act(buttons.end, "session.end");
  }

  buttons.end.addEventListener("click", end);
  buttons.rate.addEventListener("click", () => act(buttons.rate, "rating.invite", "ratingInvited"));
  desk.addEventListener("changed", () => draw());
  everySecond(draw);
  return { end, rate: () => buttons.rate.hidden || buttons.rate.click() };
}
