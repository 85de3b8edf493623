// 实时监控 in the console: the same lists; sessions are opened, joined or taken over by one click.
import { text } from "../messages/dom.js";
import { watchConnection } from "../workbench/banner.js";
import { data } from "../workbench/data.js";
import { toaster } from "../workbench/toast.js";
import { supervising } from "./acts.js";
import { agentList } from "./agents.js";
import { monitor } from "./live.js";
import { sessionList } from "./sessions.js";

const strings = data("workbench-strings");
const { language, urls } = data("workbench-config");
const root = document.querySelector("[data-monitor]");

const toast = toaster(root.querySelector("[data-toasts]"));
const { link, board, show, start } = monitor({ root, strings, language, socket: urls.monitor });
const act = supervising({ link, strings, toast, workbench: urls.workbench, sure: ({ title, body }) => Promise.resolve(confirm(`${title}\n\n${body}`)) });
const open = (row) => location.assign(`${urls.page}?session=${row.session}`);
const join = async (row) => (await act.join(row)) && open(row);

const verbs = (row) => [
  ["open", text(strings, "monOpen"), open],
  ["join", text(strings, "monJoin"), join, row.state !== "serving"],
  ["over", text(strings, "monTakeOver"), act.takeOver],
];

show(sessionList({ root, board, strings, language, verbs, onOpen: open }), agentList({ root, board, strings }));
watchConnection({ banner: root.querySelector("[data-banner]"), link, strings, loginUrl: urls.login });
start();
