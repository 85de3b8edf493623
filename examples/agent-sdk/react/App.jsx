import { useReducer, useState } from "react";
import { after, EMPTY, logIn, STATUSES, UI_BUTTONS } from "../shared/tccc.js";

const reduce = (state, event) => (event.name ? after(state, event.name, event.detail) : { ...state, log: [] });

export default function App() {
  const [state, tell] = useReducer(reduce, EMPTY);
  const [form, setForm] = useState({ user: "", inside: true, chosen: "", toUser: "", toGroup: "" });
  const [answer, setAnswer] = useState("");
  const set = (name) => ({ target }) => setForm({ ...form, [name]: target.type === "checkbox" ? target.checked : target.value });
  const sessionId = (state.sessions.find(({ id }) => id === form.chosen) ?? state.sessions[0])?.id ?? "";

  function begin(event) {
    event.preventDefault();
    logIn(form.user, form.inside ? "renderDom" : "", (name, detail) => tell({ name, detail }))
      .then(() => setAnswer("初始化成功"), (error) => setAnswer(String(error.message ?? error)));
  }

  const call = (act) => async () => setAnswer(window.tccc ? JSON.stringify(await act(window.tccc)) ?? "" : "请先登录");
  const transfer = (tccc) => tccc.Chat.transfer({
    sessionId, userId: form.toUser || undefined, skillGroupId: form.toGroup || undefined,
  });

  return (
    <>
      <h1>座席端 SDK · React</h1>
      <div className="page">
        <main>
          <form className="row" onSubmit={begin}>
            <input value={form.user} onChange={set("user")} aria-label="座席账号" placeholder="座席账号(缺省为 SEAT_USER_ID)" />
            <label><input type="checkbox" checked={form.inside} onChange={set("inside")} /> 渲染到页面内</label>
            <button>登录 / 切换账号</button>
          </form>
          <p className="answer" role="status">{answer}</p>
          <h2>座席状态:<span>{state.status}</span></h2>
          <div className="row">
            {STATUSES.map(([status, label]) => <button key={status} onClick={call((tccc) => tccc.Agent.setStatus({ status }))}>{label}</button>)}
          </div>
          <div className="row">
            <button onClick={call((tccc) => tccc.Agent.online())}>上线</button>
            <button onClick={call((tccc) => tccc.Agent.offline())}>下线</button>
          </div>
          <h2>会话</h2>
          <div className="row">
            <select value={sessionId} onChange={set("chosen")} aria-label="会话">
              {state.sessions.map(({ id, nickname }) => <option key={id} value={id}>{nickname || id}</option>)}
            </select>
            <button onClick={call((tccc) => tccc.Chat.accept({ sessionId }))}>接听</button>
            <button onClick={call((tccc) => tccc.Chat.end({ sessionId }))}>结束</button>
          </div>
          <div className="row">
            <input value={form.toUser} onChange={set("toUser")} aria-label="转给座席" placeholder="座席账号" />
            <input value={form.toGroup} onChange={set("toGroup")} aria-label="转给技能组" placeholder="或技能组 ID" size="10" />
            <button onClick={call(transfer)}>转接</button>
          </div>
          <h2>界面</h2>
          <div className="row">
            {UI_BUTTONS.map(([name, label]) => <button key={name} onClick={call((tccc) => tccc.UI[name]())}>{label}</button>)}
          </div>
          <h2>事件 <button onClick={() => tell({})}>清空</button></h2>
          <ul className="log">{state.log.map((line, index) => <li key={state.log.length - index}>{line}</li>)}</ul>
        </main>
        <div id="renderDom" />
      </div>
    </>
  );
}
