// The visitor's chat page: draws what the client says, and hands it what the visitor does. No rules of its own.
import { markRead, setState } from "../messages/render.js";
import { applyAccent } from "./accent.js";
import { Attachments } from "./attach.js";
import { notice, showConnection } from "./banner.js";
import { Composer } from "./composer.js";
import { CSDeskClient } from "./csdesk-client.js";
import { Earlier } from "./earlier.js";
import { embedded, site, tellHost, watchHost } from "./embed.js";
import { $, page, strings, t, user } from "./page.js";
import { Reader } from "./reader.js";
import { drawStatus } from "./status.js";
import { Timeline } from "./timeline.js";
import { showTyping, TypingSender } from "./typing.js";
import { addUnread } from "./unread.js";

const HOST_WITHIN = 1500; // milliseconds until we begin without the host's word

const client = new CSDeskClient({
  webAppId: page.web_app_id, server: location.origin, language: page.language.toLowerCase(), user, site, resumes: !embedded,
});
const ctx = {
  side: "visitor", strings, language: page.language, now: Date.now,
  fileUrl: (url) => client.fileUrl(url),
  onChoice: (words) => say(words),
  onRate: (menuSelected) => flag("10", { menuSelected }),
  onResend: (clientId) => attachments.retry(clientId) || client.resend(clientId),
  onVote: (seq, up) => client.vote(seq, up) || notice(t("offline")),
  onRecall: ({ seq }) => client.recall(seq) || notice(t("offline")),
};
const timeline = new Timeline($("scroll"), $("list"), ctx);
const earlier = new Earlier($("scroll"), () => client.history(), older);
const reader = new Reader(timeline, (seq) => client.read(seq));
const typing = new TypingSender((text) => client.typing(text));
const attachments = new Attachments({ client, fail, node: (clientId) => timeline.own(clientId) });
const composer = new Composer({ store: client.store, send: say, typing: (text) => typing.tell(text) });
let fresh = true; // the first window is being drawn

// --- what arrives

client.on("state", (now) => now === "open" || showConnection(now === "connecting" && !client.visitor ? "open" : now));
client.on("reset", () => {
  fresh = true;
  timeline.clear();
  $("list").setAttribute("aria-live", "off");
});
client.on("begun", ({ hasMore, unread }) => {
  fresh = false;
  $("skeleton").hidden = true;
  earlier.set(hasMore);
  timeline.toEnd();
  $("list").removeAttribute("aria-live");
  if (unread && !reader.look()) addUnread(unread);
});
client.on("welcome", () => {
  showConnection("open");
  reader.forget();
  if (client.form.length) ask();
});
client.on("entry", (entry, replaces) => {
  const mine = entry.from?.kind === "visitor";
  const node = timeline.add(asShown(entry), replaces);
  if (entry.from?.kind === "agent") showTyping(false);
  if (mine || entry.seq <= reader.last) return;
  reader.last = entry.seq;
  if (fresh) return;
  if (node && !reader.look()) addUnread();
  if (node) tellHost({ type: "csdesk:event", name: "message", value: { from: entry.from.kind, at: entry.at } });
});
client.on("change", (entry) => timeline.change(entry));
client.on("pending", (entry) => {
  timeline.add({ ...entry, state: entry.failed ? "failed" : "pending" });
  timeline.toEnd();
});
client.on("failed", fail);
client.on("gone", (clientId) => timeline.remove(clientId));
client.on("read", (seq) => markRead($("list"), seq, ctx));
client.on("typing", showTyping);
client.on("session", () => {
  if (!fresh) drawStatus(client);
  tellSession();
});
client.on("refused", ({ message }) => notice(message));
client.on("forgotten", () => composer.set(""));
client.on("identity", ({ error }) => {
  if (error) notice(error.message);
  else if (!composer.field.value) composer.set(client.store.load("draft") ?? "");
  tellSession(error);
});

let told = "";
// The host hears who the visitor is, how his session stands, and what was refused; each change once.
function tellSession(error) {
  const { session } = client.standing;
  const value = {
    userID: client.visitor?.user_id ?? null, state: session?.state ?? null, agent: session?.agent?.name ?? null,
    ...(error && { error: { code: error.code, message: error.message, field: error.field } }),
  };
  const now = JSON.stringify(value);
  if (now === told || !client.visitor && !error) return;
  told = now;
  tellHost({ type: "csdesk:event", name: "session", value });
}

function asShown(entry) {
  return { ...entry, state: entry.seq <= client.agentRead ? "read" : "sent" };
}

function older({ entries, hasMore }) {
  timeline.keepPlace(() => {
    timeline.prepend(entries.map(asShown));
    earlier.set(hasMore);
  });
}

function fail(clientId, reason) {
  const node = timeline.own(clientId);
  if (node) setState(node, "failed", ctx, reason);
}

// --- what is sent

function say(words) {
  client.say(words);
  typing.stop();
}

function flag(src, rest) {
  if (!client.flag(src, rest)) notice(t("offline"));
}

// --- what is needed now and then is loaded then

const ask = async () => (await import("./forms.js")).askBefore(client);
const pressed = (id, act) => $(id).addEventListener("click", act);

pressed("emoji", async () => (await import("./emoji.js")).toggle((emoji) => composer.insert(emoji)));
pressed("list", async ({ target }) => {
  const picture = target.closest("[data-zoom]");
  if (picture) (await import("./pictures.js")).showPicture(picture);
});
pressed("leave", async () => (await import("./forms.js")).leaveMessage(client));
pressed("end", async () => await (await import("./confirm.js")).confirmEnd() && flag("27"));
pressed("handover", () => say(page.hand_over_text));
pressed("rate", () => flag("24"));
pressed("cancel", () => flag("27"));
pressed("jump", () => timeline.toEnd(true));
pressed("close", () => tellHost({ type: "csdesk:close" }));
$("scroll").addEventListener("scroll", () => { $("jump").hidden = timeline.isAtEnd(); }, { passive: true });
$("close").hidden = !embedded;
addEventListener("keydown", ({ key }) => embedded && key === "Escape" && !document.querySelector("dialog[open]") && tellHost({ type: "csdesk:close" }));
if (/[?&](product|order)/.test(location.search)) import("./card.js").then(({ offerCard }) => offerCard(client, ctx));

// --- begin

applyAccent(page.channel.accent);
drawStatus(client);
const connect = () => {
  clearTimeout(waiting);
  client.connect();
};
const waiting = setTimeout(connect, site ? HOST_WITHIN : 0);
watchHost(() => { reader.look(); composer.focus(); }, {
  start: connect, // after everything that the host said before
  identify: (who) => client.identify(who).catch(() => {}),
  logout: () => client.logout(),
  card: async ({ product, order }) => (await import("./card.js")).showCard(client, ctx, product ? "product" : "order", product ?? order),
  pages: (pages) => client.pages(pages),
  setAttributes: (attributes) => client.setAttributes(attributes).catch(tellSession),
});
if (!embedded && document.referrer) client.pages([{ url: document.referrer, title: "" }]);
tellHost({ type: "csdesk:ready" });
composer.focus();
