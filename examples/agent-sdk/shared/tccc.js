// What the three pages share: the document's sample function, and what its events mean to a page.

/** The sample of the documentation. Two things are different: `renderDomId` is a parameter, and a script that cannot be
 * loaded (a site that the desk does not allow) rejects as well. The sample's caller writes `injectTcccWebSdk`, which is
 * not this function's name: it is called as it is defined here. */
export function injectTcccWebSDK(SdkURL, renderDomId) {
  if (window.tccc) {
    console.warn("已经初始化SDK了,请确认是否重复执行初始化");
    return;
  }
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.setAttribute("crossorigin", "anonymous");
    // 需要渲染进的 DomId
    // 为保证工作台 UI 完整, 渲染的 Dom 最小高度为480px, 最小宽度为760px
    if (renderDomId) script.dataset.renderDomId = renderDomId;
    script.src = SdkURL;
    document.body.appendChild(script);
    script.addEventListener("error", () => reject("SDK 脚本加载失败"));
    script.addEventListener("load", () => {
      // 加载JS SDK文件成功,此时可使用全局变量"tccc"
      window.tccc.on(window.tccc.events.ready, () => {
        // 初始化成功,注意:请确保只初始化一次SDK
        resolve("初始化成功");
      });
      window.tccc.on(window.tccc.events.tokenExpired, ({ message }) => {
        console.error("初始化失败", message);
        reject(message);
      });
    });
  });
}

/** Loading the SdkURL of another account into a running SDK switches the account. */
function switchAccount(SdkURL, renderDomId) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.setAttribute("crossorigin", "anonymous");
    if (renderDomId) script.dataset.renderDomId = renderDomId;
    script.src = SdkURL;
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject("SDK 脚本加载失败"));
    document.body.appendChild(script);
  });
}

/** Asks our server for a fresh SdkURL and starts the SDK with it; `tell(name, detail)` hears every event from then on. */
export async function logIn(user, renderDomId, tell) {
  const response = await fetch(`/loginTCCC?user=${encodeURIComponent(user)}`);
  const { SdkURL, message } = await response.json();
  if (!response.ok) throw new Error(message);
  if (window.tccc) return switchAccount(SdkURL, renderDomId);
  try {
    return await injectTcccWebSDK(SdkURL, renderDomId);
  } finally {
    for (const name of Object.values(window.tccc?.events ?? {})) window.tccc.on(name, (detail) => tell(name, detail));
  }
}

export const EMPTY = { log: [], sessions: [], status: "offline" };

/** The page's state after an event: {log: newest first, sessions: [{id, nickname}], status}. */
export function after(state, name, detail) {
  const others = state.sessions.filter((session) => session.id !== detail?.sessionId);
  const sessions = name === "callIn" ? [...others, { id: detail.sessionId, nickname: detail.nickname }]
    : ["sessionEnded", "transfer", "autoTransfer"].includes(name) ? others
      : name === "ready" ? [] : state.sessions;
  const line = `${new Date().toLocaleTimeString()} ${name} ${detail ? JSON.stringify(detail) : ""}`;
  return { log: [line, ...state.log].slice(0, 200), sessions, status: window.tccc.Agent.getStatus() };
}

export const STATUSES = [["free", "空闲"], ["rest", "小休"], ["arrange", "话后整理"], ["notReady", "示忙"], ["stopNotReady", "停止示忙"]];
export const UI_BUTTONS = [["showWorkbench", "打开工作台"], ["hideWorkbench", "收起工作台"], ["show", "显示全部"], ["hide", "隐藏全部"],
  ["showfloatButton", "显示浮球"], ["hidefloatButton", "隐藏浮球"]];
