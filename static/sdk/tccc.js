// `window.tccc`: the agent SDK (S10 to S47). The server puts `boot` in front of it: {desk, frame, login, member, strings}
// for a fresh SdkURL, {error} for one that is used up. Types: tccc.d.ts. Plain JavaScript of Chrome 70.
const script = document.currentScript;
const NAMES = ["ready", "tokenExpired", "callIn", "userAccessed", "autoTransfer", "sessionEnded", "transfer",
  "statusChanged", "onlineStateChanged"];
const WIDTH = 760; // the least that the workbench needs (S12)
const HEIGHT = 480;
const BALL = 56;
const ANSWER_MS = 15000;
const CONNECT_MS = 30000;

if (window.tccc && window.tccc.__desk) window.tccc.__desk.again(boot, script); // S11, S14
else window.tccc = make(boot, script);

function make(first, tag) {
  const listeners = new Map(NAMES.map((name) => [name, new Set()]));
  const sticky = new Map(); // ready and tokenExpired reach listeners that come late, too
  let shell = null;
  let status = "offline";
  let failed = null; // why there is no workbench

  function emit(name, detail) {
    for (const callback of [...listeners.get(name)]) {
      try { callback(detail); } catch (error) { setTimeout(() => { throw error; }); }
    }
  }

  function keep(name, detail) {
    sticky.set(name, detail);
    emit(name, detail);
  }

  function begin(known, element) {
    if (known.error) return keep("tokenExpired", { message: known.error });
    sticky.clear();
    if (shell) shell.remove();
    failed = null;
    shell = makeShell(known, element, {
      ready: (now) => { status = now; keep("ready", undefined); },
      status: (now) => { status = now; emit("statusChanged", { status: now }); },
      event: (name, detail) => listeners.has(name) && emit(name, detail),
      lost: (message) => { failed = message; keep("tokenExpired", { message }); },
    });
  }

  function call(name, args) {
    if (!shell || failed) return Promise.resolve({ status: "error", errorMsg: failed || "tccc is not ready" });
    return shell.call(name, args);
  }

  const withSession = (name) => (options) => {
    const sessionId = options && options.sessionId;
    if (typeof sessionId !== "string" || !sessionId) return Promise.resolve({ status: "error", errorMsg: "sessionId is missing" });
    return call(name, options);
  };
  const onShell = (act) => () => { if (shell) shell[act](); };

  begin(first, tag);
  return Object.freeze({
    events: Object.freeze(NAMES.reduce((all, name) => Object.assign(all, { [name]: name }), {})),
    on(event, callback) {
      if (!listeners.has(event) || typeof callback !== "function") return;
      listeners.get(event).add(callback);
      if (sticky.has(event)) setTimeout(() => { if (listeners.get(event).has(callback)) callback(sticky.get(event)); });
    },
    off(event, callback) { if (listeners.has(event)) listeners.get(event).delete(callback); },
    Chat: Object.freeze({ accept: withSession("accept"), end: withSession("end"), transfer: withSession("transfer") }),
    Agent: Object.freeze({
      online() { call("online", {}); },
      offline() { call("offline", {}); },
      setStatus(options) { return call("setStatus", options || {}); },
      getStatus() { return status; },
    }),
    Devices: Object.freeze({
      isBrowserSupported,
      isEnvSupported: () => isBrowserSupported() && (window.isSecureContext || location.protocol === "http:"),
      getMicrophones: () => devices("audioinput"),
      getSpeakers: () => devices("audiooutput"),
    }),
    UI: Object.freeze({
      hide: onShell("hide"), show: onShell("show"),
      showfloatButton: onShell("showBall"), hidefloatButton: onShell("hideBall"),
      showWorkbench: onShell("open"), hideWorkbench: onShell("close"),
    }),
    isEnvSupported: () => isBrowserSupported(),
    __desk: Object.freeze({
      again(known, element) {
        const same = !known.error && shell && !failed && shell.member === known.member.id;
        if (same) console.warn("tccc: initialised already for this account");
        else begin(known, element);
      },
    }),
  });
}

// A12: Chrome from 70, Edge from 80.
function isBrowserSupported() {
  const edge = /Edg\/(\d+)/.exec(navigator.userAgent);
  if (edge) return Number(edge[1]) >= 80;
  const chrome = /Chrome\/(\d+)/.exec(navigator.userAgent);
  return Boolean(chrome) && Number(chrome[1]) >= 70;
}

function devices(kind) {
  if (!navigator.mediaDevices || !navigator.mediaDevices.enumerateDevices) return Promise.resolve([]);
  return navigator.mediaDevices.enumerateDevices().then((all) => all.filter((each) => each.kind === kind), () => []);
}

// The frame, the ball and the window around it. Nothing of the page's CSS reaches them: a shadow root of our own, styled through
// the CSSOM, which a strict CSP allows; the host element's own style is `!important` throughout.
function makeShell(known, tag, tell) {
  const strings = known.strings;
  const place = tag && tag.dataset.renderDomId ? document.getElementById(tag.dataset.renderDomId) : null;
  const host = document.createElement("desk-tccc");
  const root = host.attachShadow({ mode: "open" });
  const frame = document.createElement("iframe");
  const panel = document.createElement("div");
  const ball = document.createElement("button");
  const badge = document.createElement("span");
  const waiting = new Map();
  let next = 1;
  let port = null;
  let isReady = false;
  let isOpen = Boolean(place);
  let isHidden = false;
  let hasBall = !place;
  let spot = { right: 24, bottom: 24 };

  const css = (element, rules) => Object.keys(rules).forEach((name) => element.style.setProperty(name, rules[name], "important"));
  css(host, { all: "initial", display: "block", visibility: "visible", opacity: "1", transform: "none" });
  if (place) css(host, { width: "100%", height: "100%", "min-width": `${WIDTH}px`, "min-height": `${HEIGHT}px` });
  else css(host, { position: "fixed", "z-index": "2147483000", width: "0", height: "0", right: "0", bottom: "0" });

  frame.title = strings.title;
  frame.allow = "clipboard-write; autoplay";
  frame.referrerPolicy = "no-referrer";
  css(frame, { border: "0", width: "100%", height: "100%", display: "block", background: "Canvas" });
  ball.type = "button";
  css(ball, {
    position: "fixed", width: `${BALL}px`, height: `${BALL}px`, "border-radius": "50%", border: "0", padding: "0", margin: "0",
    background: "#1f5fd9", color: "#fff", cursor: "grab", "box-shadow": "0 4px 16px rgba(16,32,64,.28)", "touch-action": "none",
    font: "600 24px/56px system-ui, sans-serif",
  });
  ball.textContent = "☎";
  css(badge, {
    position: "absolute", top: "-4px", right: "-4px", "min-width": "20px", height: "20px", "border-radius": "10px", padding: "0 5px",
    "box-sizing": "border-box", background: "#c62f2f", color: "#fff", font: "600 12px/20px system-ui, sans-serif", display: "none",
  });
  ball.appendChild(badge);
  panel.appendChild(frame);
  root.appendChild(panel);
  root.appendChild(ball);
  (place || document.body).appendChild(host);

  function draw() {
    css(panel, place
      ? { position: "relative", width: "100%", height: "100%", "min-height": `${HEIGHT}px`, "min-width": `${WIDTH}px` }
      : { position: "fixed", right: `${spot.right}px`, bottom: `${spot.bottom + BALL + 12}px`, width: `min(${Math.max(WIDTH, 1080)}px, calc(100vw - 48px))`,
          height: `min(720px, calc(100vh - ${spot.bottom + BALL + 36}px))`, "min-width": `${WIDTH}px`, "min-height": `${HEIGHT}px`,
          "border-radius": "10px", overflow: "hidden", "box-shadow": "0 12px 48px rgba(16,32,64,.32)", border: "1px solid rgba(128,128,128,.35)" });
    css(panel, { display: isOpen && !isHidden ? "block" : "none" });
    css(ball, { right: `${spot.right}px`, bottom: `${spot.bottom}px`, display: hasBall && !isHidden ? "block" : "none" });
    ball.setAttribute("aria-expanded", String(isOpen));
    ball.setAttribute("aria-label", isOpen ? strings.close : strings.open);
    ball.title = isOpen ? strings.close : strings.open;
  }

  function set(change) {
    change();
    draw();
  }

  draggable(ball, () => spot, (moved) => set(() => { spot = moved; }), () => set(() => { isOpen = !isOpen; }));

  function settle(id, answer) {
    const waits = waiting.get(id);
    if (!waits) return;
    waiting.delete(id);
    clearTimeout(waits.timer);
    waits.resolve(answer);
  }

  function heard(message) {
    if (message.type === "result") return settle(message.id, message.answer);
    if (message.type === "ready") {
      clearTimeout(patience);
      isReady = true;
      return tell.ready(message.status);
    }
    if (message.type === "status") return tell.status(message.status);
    if (message.type === "ended") return tell.lost(strings.ended);
    if (message.type === "unread") {
      badge.textContent = message.count > 99 ? "99+" : String(message.count);
      return css(badge, { display: message.count ? "block" : "none" });
    }
    if (message.type === "event") {
      if (message.name === "callIn" && !place) set(() => { isOpen = isOpen || message.opens === true; });
      tell.event(message.name, message.detail);
    }
  }

  const patience = setTimeout(() => isReady || tell.lost(strings.lost), CONNECT_MS);
  frame.addEventListener("load", () => {
    const channel = new MessageChannel();
    if (port) port.close();
    port = channel.port1;
    port.onmessage = (event) => heard(event.data);
    // Only the desk's own page can read it: the browser compares the origin.
    frame.contentWindow.postMessage({ tccc: "init", login: known.login, member: known.member }, new URL(known.desk).origin, [channel.port2]);
  });
  frame.src = known.frame;
  draw();

  return {
    member: known.member.id,
    call(name, args) {
      if (!isReady) return Promise.resolve({ status: "error", errorMsg: "tccc is not ready" });
      const id = next++;
      return new Promise((resolve) => {
        const timer = setTimeout(() => settle(id, { status: "error", errorMsg: strings.lost }), ANSWER_MS);
        waiting.set(id, { resolve, timer });
        port.postMessage({ id, name, args: JSON.parse(JSON.stringify(args)) });
      });
    },
    remove() {
      clearTimeout(patience);
      for (const id of [...waiting.keys()]) settle(id, { status: "error", errorMsg: strings.ended });
      if (port) port.close();
      host.remove();
    },
    hide: () => set(() => { isHidden = true; }),
    show: () => set(() => { isHidden = false; }),
    showBall: () => set(() => { hasBall = true; }),
    hideBall: () => set(() => { hasBall = false; }),
    open: () => set(() => { isOpen = true; }),
    close: () => set(() => { isOpen = false; }),
  };
}

// By pointer, or with the arrow keys; a press that did not move is a click.
function draggable(ball, where, move, click) {
  let from = null;
  const clamp = (right, bottom) => ({
    right: Math.min(Math.max(0, right), innerWidth - BALL), bottom: Math.min(Math.max(0, bottom), innerHeight - BALL),
  });
  ball.addEventListener("pointerdown", (event) => {
    ball.setPointerCapture(event.pointerId);
    from = { x: event.clientX, y: event.clientY, spot: where(), moved: false };
  });
  ball.addEventListener("pointermove", (event) => {
    if (!from) return;
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
    if (Math.abs(dx) + Math.abs(dy) > 4) from.moved = true;
    if (from.moved) move(clamp(from.spot.right - dx, from.spot.bottom - dy));
  });
  ball.addEventListener("pointerup", () => {
    const wasClick = from && !from.moved;
    from = null;
    if (wasClick) click();
  });
  ball.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [16, 0], ArrowRight: [-16, 0], ArrowUp: [0, 16], ArrowDown: [0, -16] }[event.key];
    if (step) {
      const spot = where();
      move(clamp(spot.right + step[0], spot.bottom + step[1]));
      event.preventDefault();
    } else if (event.key === "Enter" || event.key === " ") {
      click();
      event.preventDefault();
    }
  });
}
