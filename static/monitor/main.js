// 监控 in the workbench: the lists at the left, the session that is read along at the right.
import { watchPictures } from "../messages/lightbox.js";
import { text } from "../messages/dom.js";
import { watchConnection } from "../workbench/banner.js";
import { data } from "../workbench/data.js";
import { confirm } from "../workbench/dialogs.js";
import { stayAtWork } from "../workbench/link.js";
import { watchMenu } from "../workbench/menu.js";
import { watchTabs } from "../workbench/tabs.js";
import { toaster } from "../workbench/toast.js";
import { watchTransfer } from "../workbench/transfer.js";
import { supervising } from "./acts.js";
import { agentList } from "./agents.js";
import { monitor } from "./live.js";
import { sessionList } from "./sessions.js";
import { watchForcing } from "./status.js";
import { watchAlong } from "./watch.js";

const strings = data("workbench-strings");
const { language, member, urls } = data("workbench-config");
const root = document.body;

const toast = toaster(root.querySelector("[data-toasts]"));
const { link, board, show, start } = monitor({ root, strings, language, socket: urls.monitor });
const act = supervising({ link, strings, toast, workbench: urls.workbench, sure: (question) => confirm({ strings, ...question }) });
const forcing = watchForcing({ root, strings, ask: act.ask, toast });
const desk = { get openRow() { return along.row && { session: { id: along.row.session, state: along.row.state } }; }, row: () => null };
const transfer = watchTransfer({ root, desk, link, strings, toast, op: "session.give", states: ["serving", "waiting"] });
const ctx = { side: "agent", strings, language, now: Date.now, fileUrl: (url) => url };
const along = watchAlong({ root, board, link, act, give: transfer.open, ctx, strings, language, self: member.id, onClosed: closed });
const sessions = sessionList({ root, board, strings, language, onOpen: open, verbs: () => [["open", text(strings, "monOpen"), open]] });

function open(row) {
  if (!row) return;
  history.replaceState(null, "", `?session=${row.session}`);
  along.open(row);
  sessions.choose(row.session);
}

function closed() {
  const { session } = Object.fromEntries(new URLSearchParams(location.search));
  history.replaceState(null, "", location.pathname);
  sessions.choose(null);
  root.querySelector(`[data-key="${CSS.escape(session ?? "")}"] .mon-name`)?.focus();
}

/** The session that the console, or a link, names: found wherever it is in the list. */
async function openNamed() {
  const session = new URLSearchParams(location.search).get("session");
  if (!session || along.row) return;
  const result = await act.ask({ op: "watch", session });
  if (result.ok) open(result.row);
}

show(sessions, agentList({ root, board, strings, onStatus: forcing.open }), along);
watchTabs(root.querySelector("[data-board]"), sessionStorage, "monitor.tab");
watchConnection({ banner: root.querySelector("[data-banner]"), link, strings, loginUrl: urls.login });
watchPictures(root.querySelector("[data-timelines]"), strings);
watchMenu(root);
link.addEventListener("state", ({ detail }) => detail === "online" && openNamed());
start();
stayAtWork();
