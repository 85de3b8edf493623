// 内部会话: colleagues and groups at the left, what they write in the centre. W21, A94
import { h, text } from "../messages/dom.js";
import { textElem } from "../messages/events.js";
import { ago, everySecond } from "./clock.js";
import { onEnter } from "./enter.js";
import { drawFace } from "./faces.js";
import { keyed, setCurrent, setText } from "./keyed.js";
import { listRow, partsOf } from "./listrow.js";
import { Outbox } from "./outbox.js";
import { isNarrow, showPane } from "./panes.js";
import { ring } from "./sound.js";
import { Threads } from "./threads.js";

const DRAFT = "workbench.internal.draft.";

export function watchInternal({ root, desk, link, storage, strings, config, ctx, member, toast }) {
  const part = (name) => root.querySelector(`[data-inner${name}]`);
  const list = root.querySelector("[data-list=internal]");
  const search = root.querySelector("[data-internal-search]");
  const badge = root.querySelector("[data-internal-unread]");
  const sides = root.querySelector("[data-sides]");
  const box = part("-form").querySelector("textarea");
  let chats = [];
  let open = null;
  const chatOf = (name) => chats.find((each) => each.chat === name);
  const unreadOfAll = () => chats.reduce((sum, chat) => sum + chat.unread, 0);

  // 未读/已读 only where there is one reader.
  const drawn = { ...ctx, onRecall: null, onDrawn: null, onResend: (id) => outbox.resend(id) };
  const threads = new Threads({ box: part("-timelines"), ctx: drawn, onChange: () => look(),
    history: async (chat, more) => {
      const page = await link.request({ op: "internal.history", chat, ...more });
      return page.ok ? { ...page, entries: page.entries.map(asEntry) } : page;
    } });
  const outbox = new Outbox({ link, threads, storage, strings, config, member, key: "workbench.internal.outbox",
    frame: ({ conversation, client_id, elem }) => ({ op: "internal.post", chat: conversation, client_id, text: elem.MsgContent.Text }) });

  function asEntry({ seq, at, by, client_id, text: words }) {
    const kind = by.id === desk.member?.id ? "agent" : "visitor"; // one's own at the right
    return { seq, at, session: null, from: { ...by, kind }, client_id, elem: textElem(words) };
  }

  async function load() {
    const result = await link.ask({ op: "internal.list" });
    if (!result.ok) return;
    chats = result.chats;
    draw();
    if (open && !chatOf(open)) close();
    if (open) threads.get(open).timeline.read(chatOf(open).peer_read_seq);
  }

  function draw(now = Date.now()) {
    const wanted = search.value.trim().toLowerCase();
    const shown = chats.filter((chat) => `${chat.name}\n${chat.account}`.toLowerCase().includes(wanted));
    keyed(list, shown, { key: (chat) => chat.chat, create, update: (node, chat) => update(node, chat, now) });
    root.querySelector("[data-for=internal][data-part=empty]").hidden = shown.length > 0;
    count();
  }

  function count() {
    const unread = unreadOfAll() + desk.internal.mentions;
    badge.hidden = !unread;
    setText(badge.firstElementChild, unread > 99 ? "99+" : String(unread));
    setText(badge.lastElementChild, unread ? text(strings, "unreadCount", { n: unread }) : "");
  }

  function create({ chat }) {
    return listRow(() => enter(chat), h("span", { class: "badge row__unread" }));
  }

  function update(node, chat, now) {
    const piece = partsOf(node);
    drawFace(piece("face"), { id: chat.chat, name: chat.name, avatar: chat.avatar });
    node.dataset.status = chat.status || "group";
    setText(piece("name"), chat.name);
    setText(piece("presence"), chat.status ? text(strings, `status_${chat.status}`) : text(strings, "group"));
    setText(piece("time"), chat.last_at ? ago(chat.last_at, now, ctx.language, strings) : "");
    setText(piece("preview"), chat.preview || chat.account);
    piece("unread").hidden = !chat.unread;
    setText(piece("unread"), String(chat.unread));
    setCurrent(piece("open"), chat.chat === open);
  }

  function enter(name) {
    const chat = chatOf(name);
    if (!chat) return;
    leave();
    open = name;
    const isNew = !threads.has(name);
    const thread = threads.get(name);
    thread.timeline.node.classList.toggle("timeline--group", !chat.status);
    if (isNew) {
      outbox.restore(name);
      thread.timeline.onEnd = look;
    }
    thread.load().then(() => thread.timeline.read(chatOf(name)?.peer_read_seq ?? 0));
    thread.timeline.show();
    part("-none").hidden = true;
    part("-room").hidden = false;
    part("-mentions").hidden = true;
    setText(part("-name"), chat.name);
    setText(part("-about"), chat.status ? `${text(strings, `status_${chat.status}`)} · ${chat.account}` : text(strings, "internalGroup"));
    box.value = storage.getItem(DRAFT + name) ?? "";
    showPane("talk");
    if (!isNarrow()) box.focus({ preventScroll: true });
    draw();
    look();
  }

  function leave() {
    if (open) threads.get(open).timeline.hide();
    open = null;
  }

  function close() {
    leave();
    part("-room").hidden = part("-mentions").hidden = true;
    part("-none").hidden = false;
    draw();
  }

  /** Read is what is in view. */
  function look() {
    const chat = open && chatOf(open);
    if (!chat || document.hidden || !document.hasFocus() || !threads.get(open).isReady) return;
    const { stream, timeline } = threads.get(open);
    if (!timeline.node.offsetParent || !timeline.isAtEnd || !chat.unread) return;
    chat.unread = 0;
    link.tell({ op: "internal.read", chat: open, seq: stream.last });
    draw();
  }

  function heard({ chat: name, message }) {
    const entry = asEntry(message);
    outbox.heard([entry]);
    if (threads.has(name)) threads.get(name).receive([entry]);
    const chat = chatOf(name);
    if (!chat) return load();
    if (message.seq <= chat.seq) return;
    Object.assign(chat, { seq: message.seq, preview: message.text.replace(/\s+/g, " ").slice(0, 100), last_at: message.at });
    chats.sort((a, b) => (b.last_at ?? 0) - (a.last_at ?? 0));
    if (entry.from.kind === "visitor") {
      chat.unread += 1;
      look();
      if (chat.unread) {
        ring("message");
        if (sides.dataset.shown === "external") toast(text(strings, "internalFrom", { name: entry.from.name, words: chat.preview }));
      }
    }
    draw();
  }

  function send() {
    const words = box.value.trim();
    if (!open || !words) return box.focus();
    box.value = "";
    storage.removeItem(DRAFT + open);
    outbox.post(open, null, textElem(words));
  }

  box.addEventListener("input", () => (box.value ? storage.setItem(DRAFT + open, box.value) : storage.removeItem(DRAFT + open)));
  onEnter(box, send);
  part("-form").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  search.addEventListener("input", () => draw());
  sides.addEventListener("tab", ({ detail }) => {
    document.body.dataset.side = detail;
    if (detail === "internal") load().then(look);
  });
  document.body.dataset.side = sides.dataset.shown;
  addEventListener("focus", look);
  root.querySelector("[data-open-mentions]").addEventListener("click", () => leave());
  desk.addEventListener("internal", () => {
    if (desk.internal.unread !== unreadOfAll()) load(); // a moment was missed
    else count();
  });
  link.addEventListener("frame", ({ detail: frame }) => {
    if (frame.op === "internal") heard(frame);
    if (frame.op !== "internal.read") return;
    if (frame.by === desk.member?.id) Object.assign(chatOf(frame.chat) ?? {}, { unread: 0 });
    else if (threads.has(frame.chat)) threads.get(frame.chat).timeline.read(frame.seq);
    draw();
  });
  link.addEventListener("state", ({ detail }) => {
    if (detail !== "online") return;
    load();
    outbox.flush();
    for (const name of threads.names()) threads.get(name).catchUp();
  });
  everySecond((now) => sides.dataset.shown === "internal" && draw(now));
  return { close, colleagues: () => chats.filter((chat) => chat.status) };
}
