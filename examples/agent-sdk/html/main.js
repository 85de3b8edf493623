import { after, EMPTY, logIn, STATUSES, UI_BUTTONS } from "/tccc.js";

const at = (id) => document.getElementById(id);
let state = EMPTY;

const element = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text }, more);

function draw(next) {
  state = next;
  const chosen = at("session").value;
  at("status").textContent = state.status;
  at("session").replaceChildren(...state.sessions.map(({ id, nickname }) => element("option", nickname || id, { value: id, selected: id === chosen })));
  at("log").replaceChildren(...state.log.map((line) => element("li", line)));
}

const show = (answer) => { at("answer").textContent = typeof answer === "string" ? answer : JSON.stringify(answer); };
const needsSdk = (act) => async () => show(window.tccc ? await act() ?? "" : "请先登录");
const sessionId = () => at("session").value;

at("login").addEventListener("submit", (event) => {
  event.preventDefault();
  logIn(at("user").value, at("inside").checked ? "renderDom" : "", (name, detail) => draw(after(state, name, detail)))
    .then(() => show("初始化成功"), (error) => show(String(error.message ?? error)));
});
for (const [status, label] of STATUSES) {
  at("statuses").append(element("button", label, { onclick: needsSdk(() => tccc.Agent.setStatus({ status })) }));
}
for (const [name, label] of UI_BUTTONS) at("ui").append(element("button", label, { onclick: needsSdk(() => tccc.UI[name]()) }));
at("online").onclick = needsSdk(() => tccc.Agent.online());
at("offline").onclick = needsSdk(() => tccc.Agent.offline());
at("accept").onclick = needsSdk(() => tccc.Chat.accept({ sessionId: sessionId() }));
at("end").onclick = needsSdk(() => tccc.Chat.end({ sessionId: sessionId() }));
at("transfer").onclick = needsSdk(() => tccc.Chat.transfer({
  sessionId: sessionId(), userId: at("toUser").value || undefined, skillGroupId: at("toGroup").value || undefined,
}));
at("clear").onclick = () => draw({ ...state, log: [] });
