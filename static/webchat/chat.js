// The visitor's chat: joins socket, stream, timeline, outbox and the controls. How a message travels is in docs/wire.md.
import { customElem, textElem } from "../messages/events.js";
import { markRead, setState } from "../messages/render.js";
import { Stream } from "../messages/stream.js";
import { applyAccent } from "./accent.js";
import { socketUrl, withTicket } from "./address.js";
import { Attachments } from "./attach.js";
import { notice, showConnection } from "./banner.js";
import { Composer } from "./composer.js";
import { confirmEnd } from "./confirm.js";
import { embedded, tellHost, watchHost } from "./embed.js";
import { History } from "./history.js";
import { Outbox } from "./outbox.js";
import { $, newId, page, strings, t } from "./page.js";
import { Reader } from "./reader.js";
import { Socket } from "./socket.js";
import { noteElem, noteOnline, noteOpened, noteSession, session as state } from "./session.js";
import { drawStatus } from "./status.js";
import { load, save } from "./store.js";
import { Timeline } from "./timeline.js";
import { showTyping, TypingSender } from "./typing.js";
import { addUnread } from "./unread.js";

const ctx = {
  side: "visitor", strings, language: page.language, now: Date.now,
  fileUrl: (url) => withTicket(url, state.ticket),
  onChoice: (words) => say(words),
  onRate: (menuSelected) => flag("10", { menuSelected }),
  onVote: (seq, up) => socket.send({ op: "answer.vote", seq, up }) || notice(t("offline")),
  onRecall: ({ seq }) => socket.send({ op: "message.recall", seq }) || notice(t("offline")),
  onResend: (clientId) => attachments.retry(clientId) || outbox.resend(clientId),
};

const timeline = new Timeline($("scroll"), $("list"), ctx);
const stream = new Stream({ add, change: (entry) => timeline.change(entry), event, settle, hole });
const socket = new Socket(socketUrl(page.urls.socket), { hello, frame, state: connection });
const history = new History($("scroll"), (before) => socket.send({ op: "history", before }));
const reader = new Reader(timeline, (seq) => socket.send({ op: "read", seq }));
const typing = new TypingSender((text) => state.session?.state === "serving" && socket.send({ op: "typing", text }));
const outbox = new Outbox({
  post: ({ client_id, elem }) => socket.send({ op: "message.post", client_id, elem }),
  show: (item) => draw(item, item.failed ? "failed" : "pending"),
  failed: (item) => fail(item, item.reason),
  gone: (item) => forget(item.client_id),
});
const attachments = new Attachments({
  show: (item) => draw(item, "pending"), fail, drop: forget, token: () => load("token"),
  post: (elem, clientId) => outbox.add(elem, clientId), node: (clientId) => timeline.own(clientId),
});
const composer = new Composer({ send: say, typing: (text) => typing.tell(text) });

// --- connection

function hello() {
  const frame = { op: "hello", web_app_id: page.web_app_id, language: page.language.toLowerCase(), token: load("token") ?? undefined };
  return state.visitor ? { ...frame, last_seq: stream.last } : frame;
}

function connection(now) {
  if (now !== "open") {
    outbox.ready(false);
    history.forget();
    showConnection(now === "connecting" && !state.visitor ? "open" : now);
  }
}

const FRAMES = {
  welcome, online, entries: (frame) => receive(frame.entries), history: older,
  queue: (frame) => { state.queue = frame; drawStatus(state); },
  read: (frame) => frame.by === "agent" && agentRead(frame.seq),
  refused: (frame) => frame.client_id && outbox.refused(frame.client_id, frame.reason) || notice(frame.reason),
};

function frame(data) {
  FRAMES[data.op]?.(data);
}

function welcome(data) {
  const known = state.visitor === data.visitor.id && data.last_seq >= stream.last;
  const first = !state.visitor;
  save("token", data.token);
  Object.assign(state, { visitor: data.visitor.id, ticket: data.file_ticket });
  state.agentRead = known ? state.agentRead : 0;
  agentRead(data.read_seq ?? 0);
  if (known) receive(data.entries);
  else begin(data);
  // The last word about the session; one that ended while we watched stays, it may still be rated.
  if (data.session || state.session?.state !== "ended" || !known) noteSession(data.session);
  state.queue = data.queue;
  reader.forget();
  drawStatus(state);
  showConnection("open");
  outbox.ready(true);
  // Entering triggers the service (F14). After a mere hiccup it only refreshes a session that still runs.
  if (first || !known || state.session && state.session.state !== "ended") flag("7");
}

function begin(data) {
  timeline.clear();
  stream.reset();
  outbox.restore();
  stream.start(data.entries, data.last_seq);
  $("skeleton").hidden = true;
  history.set(data.has_more, stream.first);
  timeline.toEnd();
  $("list").removeAttribute("aria-live");
}

// --- what arrives

function receive(entries) {
  stream.receive(entries);
  reader.look();
}

function add(entry, replaces) {
  const mine = entry.from?.kind === "visitor";
  const node = timeline.add({ ...entry, state: entry.seq <= state.agentRead ? "read" : "sent" }, replaces);
  if (mine && entry.client_id) outbox.stored(entry.client_id);
  if (entry.from?.kind === "agent") showTyping(false);
  if (!mine) reader.last = entry.seq;
  noteElem(entry.elem);
  if (noteOpened(entry.session) && $("skeleton").hidden) drawStatus(state);
  if (node && !mine && $("skeleton").hidden && !reader.look()) addUnread();
}

function event(entry) {
  noteElem(entry.event.elem);
  if (entry.event.type === "session.changed") noteSession(entry.event.session);
  drawStatus(state);
}

function settle(clientId) {
  outbox.stored(clientId);
  timeline.remove(clientId);
}

function hole({ before }) {
  socket.send({ op: "history", before });
}

function older(data) {
  if (stream.held.size && data.entries.at(-1)?.seq > stream.last) return receive(data.entries);
  const rows = stream.prepend(data.entries);
  timeline.keepPlace(() => {
    timeline.prepend(rows.map((entry) => ({ ...entry, state: entry.seq <= state.agentRead ? "read" : "sent" })));
    history.set(data.has_more, stream.first);
  });
}

function online({ elem }) {
  const typingStatus = noteOnline(elem);
  if (typingStatus !== null) showTyping(typingStatus);
  drawStatus(state);
}

function agentRead(seq) {
  state.agentRead = Math.max(state.agentRead, seq);
  markRead($("list"), seq, ctx);
}

// --- what is sent

function say(words) {
  outbox.add(textElem(words));
  typing.stop();
}

function flag(src, rest) {
  if (!socket.send({ op: "message.post", client_id: newId(), elem: customElem(src, rest) })) notice(t("offline"));
}

function draw(item, how) {
  const entry = { ...item, seq: null, from: { kind: "visitor", id: state.visitor ?? "" }, state: how };
  stream.addPending(entry);
  timeline.add(entry);
  timeline.toEnd();
}

function fail(item, reason) {
  const node = timeline.own(item.client_id);
  if (node) setState(node, "failed", ctx, reason);
}

function forget(clientId) {
  stream.dropPending(clientId);
  timeline.remove(clientId);
}

// --- controls

applyAccent(page.channel.accent);
// Loaded when first asked for: neither is needed to talk.
$("emoji").addEventListener("click", async () => (await import("./emoji.js")).toggle((emoji) => composer.insert(emoji)));
$("list").addEventListener("click", async (pressed) => {
  const picture = pressed.target.closest("[data-zoom]");
  if (picture) (await import("../messages/lightbox.js")).showPicture(picture, strings);
});
watchHost(() => { reader.look(); composer.focus(); });
$("handover").addEventListener("click", () => say(page.hand_over_text));
$("rate").addEventListener("click", () => flag("24"));
$("cancel").addEventListener("click", () => flag("27"));
$("end").addEventListener("click", async () => await confirmEnd() && flag("27"));
$("jump").addEventListener("click", () => timeline.toEnd(true));
$("scroll").addEventListener("scroll", () => { $("jump").hidden = timeline.isAtEnd(); }, { passive: true });
$("close").hidden = !embedded;
$("close").addEventListener("click", () => tellHost({ type: "csdesk:close" }));
addEventListener("keydown", (pressed) => embedded && pressed.key === "Escape" && !document.querySelector("dialog[open]")
  && tellHost({ type: "csdesk:close" }));
drawStatus(state);
socket.connect();
composer.focus();
