// 悄悄话: what supervisors and the agent say to each other beside a session, drawn between its messages.
import { h, text } from "../messages/dom.js";
import { clock, full } from "../messages/time.js";
import { newId } from "../webchat/client/ids.js";

/** Puts a node after the last one of `list` that is not later. */
export function putInTime(list, node) {
  const before = [...list.children].filter((each) => Number(each.dataset.at) <= Number(node.dataset.at)).at(-1);
  if (before) before.after(node);
  else list.prepend(node);
}

/** One conversation's whispers. They are drawn as far back as its messages are. */
export class Whispers {
  last = 0; // note_seq of the newest one
  #waiting = new Map();
  #drawn = new Set();

  add(rows) {
    for (const row of rows) {
      this.last = Math.max(this.last, row.seq);
      if (!this.#drawn.has(row.seq)) this.#waiting.set(row.seq, row);
    }
  }

  /** `node(row)` makes what is put into the thread's timeline. */
  draw(thread, node) {
    const entries = thread.entries;
    if (!entries) return;
    const from = thread.hasMore && entries.length ? entries[0].at : -Infinity;
    for (const [seq, row] of this.#waiting) {
      if (row.at < from) continue;
      thread.timeline.insert(node(row));
      this.#waiting.delete(seq);
      this.#drawn.add(seq);
    }
  }
}

/** `self` is the reader's id; `onReply` makes a button of what others whispered. */
export function drawWhisper(row, { strings, language, self, onReply }) {
  const isOwn = row.from.id === self;
  return h("div", { class: "whisper", role: "note", data: { at: row.at, own: isOwn } },
    h("p", { class: "whisper__head" }, h("span", { class: "whisper__tag" }, text(strings, "whisper")), " ",
      text(strings, isOwn ? "whisperOwn" : "whisperFrom", { name: row.from.name }),
      h("time", { datetime: new Date(row.at).toISOString(), title: full(row.at, language) }, clock(row.at, language))),
    h("p", { class: "whisper__words" }, row.text),
    !isOwn && onReply ? h("button", { type: "button", class: "link whisper__reply", onclick: (event) => onReply(row, event.target) }, text(strings, "whisperReply")) : null);
}

/** In the agent's workbench: shows them as they come, fetches what was missed, and lets him answer. */
export function watchWhispers({ desk, threads, link, strings, language, member, toast }) {
  const all = new Map();
  const of = (conversation) => all.get(conversation) ?? all.set(conversation, new Whispers()).get(conversation);

  function draw(thread) {
    all.get(thread.conversation)?.draw(thread, (row) => drawWhisper(row, { strings, language, self: desk.member?.id ?? member?.id, onReply: answer }));
  }

  function take(conversation, rows) {
    of(conversation).add(rows);
    if (threads.has(conversation)) draw(threads.get(conversation));
  }

  async function fetch(row) {
    const known = of(row.conversation).last;
    if (known >= row.note_seq) return;
    const result = await link.ask({ op: "whispers", conversation: row.conversation, after: known });
    if (!result.ok) return;
    take(row.conversation, result.whispers);
    of(row.conversation).last = Math.max(of(row.conversation).last, row.note_seq); // numbers that are not his to read
  }

  function answer(row, button) {
    const input = h("input", { class: "input", maxlength: 2000, autocomplete: "off", "aria-label": text(strings, "whisperReplyTo", { name: row.from.name }) });
    const form = h("form", { class: "whisper__form", onsubmit: async (event) => {
      event.preventDefault();
      const words = input.value.trim();
      if (!words) return;
      const result = await link.ask({ op: "whisper", session: row.session, text: words, client_id: newId() });
      if (result.ok) form.replaceWith(button);
      else toast(result.reason, "danger");
    }, onkeydown: (event) => event.key === "Escape" && form.replaceWith(button) },
    input, h("button", { type: "submit", class: "button button--small" }, text(strings, "whisperSend")));
    button.replaceWith(form);
    input.focus();
  }

  link.addEventListener("frame", ({ detail: frame }) => {
    if (frame.op === "whisper") {
      take(frame.conversation, [frame.whisper]);
      if (frame.whisper.from.id !== desk.member?.id) toast(`${text(strings, "whisperFrom", { name: frame.whisper.from.name })}: ${frame.whisper.text}`);
    } else if (frame.op === "snapshot") {
      // the first one makes the connection: it can be asked right after
      queueMicrotask(() => [...frame.serving, ...frame.ended].filter((row) => row.note_seq).forEach(fetch));
    }
  });
  return { draw };
}
