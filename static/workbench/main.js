// Puts the workbench together. Each behaviour is in a file of its own; here is who hears whom.
import { watchPictures } from "../messages/lightbox.js";
import { watchAlerts } from "./alerts.js";
import { watchConnection } from "./banner.js";
import { watchCalls } from "./called.js";
import { everySecond } from "./clock.js";
import { Composer } from "./composer.js";
import { data } from "./data.js";
import { Desk } from "./desk.js";
import { watchDossier } from "./dossier.js";
import { embedded } from "./embedding.js";
import { watchEmoji } from "./emoji.js";
import { watchFind } from "./find.js";
import { watchSuggest } from "./suggest.js";
import { watchTranslate } from "./translate.js";
import { watchHeader } from "./header.js";
import { isInstalled, watchInstall } from "./install.js";
import { watchJump } from "./jump.js";
import { watchKeys } from "./keys.js";
import { watchLeft } from "./left.js";
import { Link, socketAt } from "./link.js";
import { Lists } from "./lists.js";
import { watchMenu } from "./menu.js";
import { watchMore } from "./more.js";
import { Notices, watchElsewhere, watchNoticeSwitch } from "./notices.js";
import { watchOffers } from "./offers.js";
import { Outbox } from "./outbox.js";
import { watchQuick } from "./quick.js";
import { watchInternal } from "./internal.js";
import { watchMentions } from "./mentions.js";
import { isNarrow, showPane, watchPanes } from "./panes.js";
import { watchQueues } from "./queues.js";
import { watchReading } from "./reading.js";
import { watchStatus } from "./statusmenu.js";
import { rememberFolds } from "./folds.js";
import { watchTabs } from "./tabs.js";
import { Threads } from "./threads.js";
import { toaster } from "./toast.js";
import { watchTransfer } from "./transfer.js";
import { Tray } from "./tray.js";
import { VisitorTyping } from "./typing.js";
import { watchWhispers } from "./whispers.js";
import { watchWrapUp } from "./wrapup.js";
import { actions } from "./actions.js";
import { text } from "../messages/dom.js";
import { watchVisitor } from "./visitor.js";

const root = document.body;
const strings = data("workbench-strings");
const config = { ...data("workbench-config"), strings, csrf: document.querySelector('meta[name="csrf-token"]')?.content, ...embedded };
const { language, member, urls, login } = config;
// An installed app is closed by the phone whenever it likes: what was not sent yet outlives that.
const storage = isInstalled ? localStorage : sessionStorage;

const desk = new Desk(storage);
// Entering sets 示闲; a reload or a reconnect only restores what was (the login page forgets the mark).
const opening = () => {
  const mark = login ?? "1";
  const first = sessionStorage.getItem("opened") !== mark;
  sessionStorage.setItem("opened", mark);
  return first;
};
const link = new Link(socketAt(urls.socket),
  () => ({ op: "hello", language, cursors: threads.cursors(), opening: opening(), login }), strings.notConnected);
let ticket = ""; // opens files where there is no cookie
const toast = toaster(root.querySelector("[data-toasts]"));
const ctx = { side: "agent", strings, language, now: Date.now, fileUrl: (url) => (ticket ? `${url}?ticket=${encodeURIComponent(ticket)}` : url), onResend: (id) => outbox.resend(id),
  onRecall: ({ seq }) => act.recall(seq) };
const threads = new Threads({ box: root.querySelector("[data-timelines]"), ctx, onChange: (changed) => { lists.draw(); look(); whispers.draw(changed); },
  history: (conversation, more) => link.request({ op: "history", conversation, ...more }) });
const outbox = new Outbox({ link, threads, storage, strings, config, member, key: "workbench.outbox",
  isListed: (conversation) => desk.rowsOf(conversation).length > 0,
  frame: ({ conversation, client_id, elem }) => ({ op: "message.post", conversation, client_id, elem }) });
const tray = new Tray({ root: root.querySelector("[data-talk]"), config, strings, toast });
const composer = new Composer({ root, link, outbox, tray, storage, strings });
const typing = new VisitorTyping(root.querySelector("[data-typing]"), strings);
const look = watchReading({ desk, threads, link });
const shown = () => desk.openRow && threads.get(desk.openRow.conversation).timeline;
const watchTimeline = watchJump({ root, strings, current: shown });
const act = actions({ desk, link, toast, open });
const lists = new Lists({ root, desk, threads, strings, language, onOpen: open, onComplete: act.complete, onCompleteAll: act.completeAll });
const sides = watchTabs(root.querySelector("[data-sides]"), storage, "workbench.side");
const header = watchHeader({ root, desk, link, strings, language, toast });
const status = watchStatus({ root, desk, link, strings, toast });
const transfer = watchTransfer({ root, desk, link, strings, toast });
const whispers = watchWhispers({ desk, threads, link, strings, language, member, toast });

function thread(conversation) {
  const isNew = !threads.has(conversation);
  const each = threads.get(conversation);
  if (isNew) {
    watchTimeline(each.timeline);
    each.timeline.onEnd = () => look();
    outbox.restore(conversation);
  }
  if (link.state === "online" || !isNew) each.load();
  return each;
}

function open(session, { focus = true } = {}) {
  if (session && focus) sides.choose("external");
  desk.openSession(session);
  if (!session) return showPane("list");
  showPane("talk");
  if (focus && !isNarrow()) composer.focus();
}

let visible = null;
function show(row) {
  visible?.hide();
  visible = row ? thread(row.conversation).timeline : null;
  visible?.show();
  visible?.read(row.visitor_read_seq);
  typing.show(row?.conversation ?? null);
  root.dataset.talking = Boolean(row);
  if (!row) showPane("list", { push: false });
  look();
}

link.addEventListener("frame", ({ detail: frame }) => {
  if (frame.op === "snapshot") {
    ticket = frame.file_ticket ?? "";
    desk.applySnapshot(frame);
    threads.keepOnly(new Set(desk.rows.map((row) => row.conversation)));
  } else if (frame.op === "entries") {
    desk.applyEntries(frame.conversation, frame.entries, strings);
    outbox.heard(frame.entries);
    if (threads.has(frame.conversation)) threads.get(frame.conversation).receive(frame.entries);
    if (frame.entries.some((entry) => entry.from?.kind === "visitor")) typing.receive(frame.conversation, "", false);
  } else if (frame.op === "event") {
    if (strings[`event_${frame.event}`]) toast(text(strings, `event_${frame.event}`, frame));
  } else if (frame.op === "online" && frame.typing !== undefined) {
    typing.receive(frame.conversation, frame.text ?? frame.typing?.text ?? "", Boolean(frame.typing));
  } else {
    desk.applyFrame(frame);
    if (frame.op === "read" && threads.has(frame.conversation)) threads.get(frame.conversation).timeline.read(frame.seq);
  }
});

link.addEventListener("state", ({ detail }) => {
  if (detail === "loggedOut") sessionStorage.removeItem("opened"); // whoever comes in again opens the workbench anew
  if (detail !== "online") return;
  for (const row of desk.serving) thread(row.conversation);
  threads.resume();
  outbox.flush();
  if (!desk.open) restore();
});

function restore() {
  const last = desk.row(storage.getItem("workbench.open"));
  const row = last ?? (isNarrow() ? null : desk.serving[0]);
  if (row && !isNarrow()) open(row.session.id, { focus: false });
}

addEventListener("resize", () => desk.open || restore()); // the frame of another site is small until it is shown
desk.addEventListener("opened", ({ detail }) => show(detail));
desk.addEventListener("changed", () => { lists.draw(); composer.show(desk.openRow); });
desk.addEventListener("arrived", ({ detail: row }) => {
  if (link.state === "online") thread(row.conversation);
  outbox.flush();
  if (!desk.open && !isNarrow()) open(row.session.id, { focus: false });
});
everySecond((now) => lists.drawNow(now));

watchConnection({ banner: root.querySelector("[data-banner]"), link, strings, loginUrl: urls.login });
watchQueues({ root, desk, link, strings, toast, open });
watchLeft({ root, desk, link, strings, language, toast, open });
watchVisitor({ root: root.querySelector("[data-visitor]"), desk, link, strings, language, toast });
watchTabs(root.querySelector("[data-visitor]"), storage, "workbench.tab");
const internal = watchInternal({ root, desk, link, storage, strings, config, ctx, member, toast });
watchMentions({ root, desk, link, strings, language, open, toast });
watchQuick({ root, desk, link, strings, composer, toast, config });
watchWrapUp({ root, desk, link, strings, toast });
watchDossier({ root: root.querySelector("[data-visitor]"), desk, link, strings, language, toast, ctx, colleagues: internal.colleagues });
const offers = watchOffers({ root, desk, link, strings, toast, open });
const notices = new Notices(config);
watchAlerts({ root, desk, strings, notices, say: toast });
if (!login) {
  watchInstall(root);
  watchCalls({ desk, link, toast, open });
  watchNoticeSwitch({ button: root.querySelector("[data-notices]"), notices, strings, toast });
  watchElsewhere({ button: root.querySelector("[data-elsewhere]"), notices, strings, toast });
  notices.start();
}
watchEmoji({ root, urls, language, insert: (words) => composer.insert(words) });
const find = watchFind({ root, desk, link, threads, strings, language });
const suggest = watchSuggest({ root, desk, link, composer, strings });
if (config.translates) ctx.onDrawn = watchTranslate({ root, desk, link, composer, strings, language, toast });
watchPictures(root.querySelector("[data-timelines]"), strings);
watchPanes({ onList: () => { desk.openSession(null); internal.close(); } });
watchMenu(root);
watchMore(root);
root.querySelector("[data-start]").addEventListener("click", act.start);
root.querySelector("[data-complete]").addEventListener("click", () => act.complete(desk.open));
rememberFolds(root);
watchKeys({ help: root.querySelector("[data-help-sheet]"), actions: {
  ...act, write: () => composer.focus(), newest: () => shown()?.toEnd(), status: status.open, rate: header.rate, end: header.end, transfer: transfer.open, accept: offers.acceptFirst,
  complete: () => desk.open && act.complete(desk.open), side: sides.next, find: find.open, suggest: suggest.toggle,
} });
link.connect();

export { desk, link };
