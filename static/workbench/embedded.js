// The workbench inside another company's page: waits for the SDK around it (static/sdk/tccc.js), then speaks with it
// through one port. Messages of anybody else are not even looked at.
import { data } from "./data.js";
import { embedded } from "./embedding.js";

const config = data("workbench-config");
const host = config.host || location.origin;
const KEPT = "tccc.login"; // one login for all tabs of this site (A110)

addEventListener("message", async function begin(event) {
  if (event.source !== parent || event.origin !== host || event.data?.tccc !== "init" || !event.ports[0]) return;
  removeEventListener("message", begin);
  const { login, member } = event.data;
  serve(event.ports[0], await shared(login, member), member);
});

const ask = (method, login) => fetch(config.urls.embeddedLogin, { method, headers: { Authorization: `Login ${login}` } });

/** The login of another tab of the same agent where there is one that still holds; the new one then ends. */
async function shared(login, member) {
  const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null");
  if (kept?.member === member.id && (await ask("GET", kept.login).catch(() => null))?.status === 204) {
    ask("DELETE", login).catch(() => {});
    return kept.login;
  }
  localStorage.setItem(KEPT, JSON.stringify({ member: member.id, login }));
  return login;
}

async function serve(port, login, member) {
  const face = document.querySelector("[data-me-button]");
  face.title = member.name;
  face.querySelector(".me__face").textContent = member.name.slice(0, 1).toUpperCase();
  const [name, account] = document.querySelectorAll("[data-me-menu] .menu__head > *");
  name.textContent = member.name;
  account.textContent = member.account;
  Object.assign(embedded, { login, member });
  const { desk, link } = await import("./main.js");
  const send = (message) => port.postMessage(message);
  let status = null;
  let isReady = false;

  desk.addEventListener("status", () => {
    const now = desk.status.shown ?? desk.status.status;
    if (!isReady) {
      isReady = true;
      send({ type: "ready", status: now });
    } else if (now !== status) send({ type: "status", status: now });
    status = now;
  });
  desk.addEventListener("changed", () => send({ type: "unread", count: desk.unread + desk.offers.length }));
  desk.addEventListener("offers", () => send({ type: "unread", count: desk.unread + desk.offers.length }));
  link.addEventListener("state", ({ detail }) => {
    if (detail === "loggedOut") {
      localStorage.removeItem(KEPT);
      send({ type: "ended" });
    } else if (isReady && detail !== "connecting") send({ type: "event", name: "onlineStateChanged", detail: { online: detail === "online" } });
  });
  link.addEventListener("frame", ({ detail: frame }) => {
    if (frame.op !== "event" || frame.event === "statusChanged" || !frame.session) return;
    if (frame.event === "callIn") return callIn(frame);
    const message = { type: "event", name: frame.event, detail: { sessionId: frame.session, ...(frame.closeBy && { closeBy: frame.closeBy }) } };
    if (held.has(frame.session)) held.get(frame.session).push(message);
    else send(message);
  });

  // Who calls stands in the snapshot that follows the event. What else happens to the session is told after its callIn.
  const held = new Map();
  function callIn(frame) {
    held.set(frame.session, held.get(frame.session) ?? []);
    const found = () => desk.offers.find((offer) => offer.session === frame.session) ?? desk.row(frame.session);
    const tell = () => {
      desk.removeEventListener("queues", look);
      clearTimeout(patience);
      const row = found();
      send({ type: "event", name: "callIn", opens: frame.timeout > 0, detail: {
        sessionId: frame.session, type: "im", timeout: frame.timeout, nickname: row?.visitor.name ?? "", avatar: row?.visitor.avatar || undefined,
        remark: row?.note || undefined, peerSource: row?.channel.name, channelName: row?.channel.name,
        clientData: row?.variables && Object.keys(row.variables).length ? JSON.stringify(row.variables) : undefined,
      } });
      held.get(frame.session)?.forEach(send);
      held.delete(frame.session);
    };
    const look = () => found() && tell();
    const patience = setTimeout(tell, 3000);
    desk.addEventListener("queues", look);
    look();
  }

  const request = async (frame) => {
    const result = await link.request(frame);
    return result.ok ? { status: "success" } : { status: "error", errorMsg: result.reason };
  };
  const calls = {
    accept: ({ sessionId }) => (desk.serving.some((row) => row.session.id === sessionId)
      ? { status: "success" } : request({ op: "offer.accept", session: sessionId })),
    end: ({ sessionId }) => request({ op: "session.end", session: sessionId }),
    transfer: async ({ sessionId, skillGroupId, userId }) => {
      if (!userId) return request({ op: "session.transfer", session: sessionId, group: skillGroupId ? Number(skillGroupId) : null });
      const { agents } = await link.request({ op: "colleagues" });
      const found = agents.find((each) => each.account === userId || each.id === userId);
      return found ? request({ op: "session.transfer", session: sessionId, agent: found.id })
        : { status: "error", errorMsg: `${userId} is not at work` };
    },
    online: () => (desk.status.status === "offline" ? request({ op: "status.set", status: "free" }) : { status: "success" }),
    offline: () => request({ op: "status.set", status: "offline" }),
    setStatus: ({ status: wanted, restReason }) => request({ op: "status.set", status: String(wanted), reason: restReason ? String(restReason) : "" }),
  };

  port.onmessage = async ({ data: { id, name, args } }) => {
    const answer = await Promise.resolve().then(() => calls[name](args))
      .catch((error) => ({ status: "error", errorMsg: error.message === "closed" ? "no connection" : error.message }));
    send({ type: "result", id, answer });
  };
}
