// Reading one session along: its messages as they come, whispers between them, and words to the agent or the visitor.
import { text } from "../messages/dom.js";
import { textElem } from "../messages/events.js";
import { newId } from "../webchat/client/ids.js";
import { shortDuration } from "../workbench/clock.js";
import { onEnter } from "../workbench/enter.js";
import { setText } from "../workbench/keyed.js";
import { Threads } from "../workbench/threads.js";
import { Whispers, drawWhisper } from "../workbench/whispers.js";
import { levelOf } from "./sessions.js";

/** `onClosed()` when it is left. Returns {open(row), close, draw, row}. */
export function watchAlong({ root, board, link, act, give, ctx, strings, language, self, onClosed }) {
  const pane = root.querySelector("[data-watch]");
  const composer = pane.querySelector("form");
  const words = composer.elements.words;
  const part = (name) => pane.querySelector(`[data-watch-${name}]`);
  const threads = new Threads({ box: pane.querySelector("[data-timelines]"), ctx, history, onChange: drawWhispers });
  let row = null; // as it was when it was opened, or as the list has it
  let whispers = new Whispers();
  let isJoined = false;

  /** The first page opens it on the server too; earlier ones are asked for. */
  async function history(conversation, more) {
    if (more.before) return link.request({ op: "history", conversation, ...more });
    const result = await link.request({ op: "watch", session: row.session });
    if (result.ok && conversation === row.conversation) {
      row = result.row;
      whispers.add(result.whispers);
      isJoined = row.joined.some((each) => each.id === self);
      draw();
    }
    return result;
  }

  function drawWhispers(thread) {
    if (row && thread.conversation === row.conversation) whispers.draw(thread, (each) => drawWhisper(each, { strings, language, self }));
  }

  async function open(next) {
    if (row?.session === next.session) return;
    close({ quietly: true });
    row = next;
    whispers = new Whispers();
    isJoined = next.joined?.some((each) => each.id === self) ?? false;
    composer.reset();
    pane.hidden = false;
    root.dataset.watching = "true";
    draw();
    const thread = threads.get(next.conversation);
    thread.timeline.show();
    await thread.load();
    if (row?.session === next.session) part("title").focus({ preventScroll: true });
  }

  function close({ quietly = false } = {}) {
    if (!row) return;
    link.tell({ op: "unwatch" });
    threads.keepOnly(new Set());
    row = null;
    pane.hidden = true;
    delete root.dataset.watching;
    if (!quietly) onClosed();
  }

  function draw() {
    if (!row) return;
    row = board.session(row.session) ?? row;
    const now = board.now();
    const isServed = row.state === "serving";
    const isMine = row.agent?.id === self;
    setText(part("title"), row.visitor.name);
    part("presence").dataset.online = String(row.visitor.online);
    setText(part("presence"), text(strings, row.visitor.online ? "online" : "offline"));
    setText(part("state"), text(strings, `monState_${row.state}`));
    part("state").dataset.level = row.state === "ended" ? "" : levelOf(row, now);
    setText(part("facts"), [row.channel, row.group, row.agent?.name, row.state === "ended" ? "" : shortDuration(now - row.since)].filter(Boolean).join(" · "));
    part("join").hidden = !isServed || isJoined || isMine;
    part("part").hidden = !isServed || !isJoined;
    part("over").hidden = row.state === "ended" || isMine;
    part("give").hidden = !["serving", "waiting"].includes(row.state);
    part("end").hidden = row.state === "ended";
    composer.hidden = !isServed || isMine;
    drawMode();
  }

  function drawMode() {
    const toVisitor = composer.elements.to[1];
    toVisitor.disabled = !isJoined;
    if (!isJoined && toVisitor.checked) composer.elements.to[0].checked = true;
    const mode = composer.elements.to.value;
    composer.dataset.to = mode;
    setText(part("hint"), text(strings, mode === "visitor" ? "monHintVisitor" : "monHintAgent", { agent: row.agent?.name ?? "" }));
    setText(part("send"), text(strings, mode === "visitor" ? "monSend" : "whisperSend"));
    words.setAttribute("aria-label", text(strings, mode === "visitor" ? "monToVisitor" : "whisper"));
  }

  async function joinOrPart(isJoining) {
    if (!(await (isJoining ? act.join(row) : act.part(row)))) return;
    isJoined = isJoining;
    draw();
    composer.elements.to.value = isJoining ? "visitor" : "agent";
    drawMode();
    words.focus();
  }

  async function send(event) {
    event.preventDefault();
    const said = words.value.trim();
    if (!said) return;
    const client_id = newId();
    const frame = composer.elements.to.value === "visitor" ? { op: "message.post", conversation: row.conversation, client_id, elem: textElem(said) }
      : { op: "whisper", session: row.session, text: said, client_id };
    words.value = "";
    const { ok } = await act.ask(frame);
    if (!ok && !words.value) words.value = said;
  }

  link.addEventListener("frame", ({ detail: frame }) => {
    if (!row || frame.conversation !== row.conversation) return;
    const thread = threads.get(frame.conversation);
    if (frame.op === "whisper") whispers.add([frame.whisper]);
    else if (frame.op === "entries") {
      thread.receive(frame.entries);
      heard(frame.entries);
    } else if (frame.op === "read") thread.timeline.read(frame.seq);
    else if (frame.op === "online") drawTyping(frame);
    drawWhispers(thread);
  });

  /** What the list may not show any more: its end. */
  function heard(entries) {
    for (const { event, from } of entries) {
      if (from?.kind === "visitor") setText(part("typing"), "");
      const session = event?.type === "session.changed" ? event.session : null;
      if (session?.id === row.session && session.state === "ended") row = { ...row, state: "ended" };
    }
    draw();
  }

  function drawTyping(frame) {
    const said = frame.text ?? frame.typing?.text ?? "";
    setText(part("typing"), frame.typing ? [text(strings, "visitorTypes"), said].filter(Boolean).join(": ") : "");
  }

  link.addEventListener("state", ({ detail }) => detail === "online" && row && threads.get(row.conversation).catchUp());
  composer.addEventListener("submit", send);
  composer.addEventListener("change", drawMode);
  onEnter(words, () => composer.requestSubmit());
  part("join").addEventListener("click", () => joinOrPart(true));
  part("part").addEventListener("click", () => joinOrPart(false));
  part("over").addEventListener("click", () => act.takeOver(row));
  part("give").addEventListener("click", () => give(row));
  part("end").addEventListener("click", () => act.end(row));
  part("close").addEventListener("click", () => close());
  pane.addEventListener("keydown", (event) => event.key === "Escape" && !event.target.closest("dialog") && close());
  return { open, close, draw, get row() { return row; } };
}
