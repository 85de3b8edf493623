// 示闲, 示忙, 小休 with its reasons, 下线, and the counter of served sessions beside them. W14 to W18, W54
import { text } from "../messages/dom.js";
import { confirm } from "./dialogs.js";
import { setText } from "./keyed.js";
import { popover } from "./popover.js";

export function watchStatus({ root, desk, link, strings, toast }) {
  const button = root.querySelector("[data-status-button]");
  const menu = root.querySelector("[data-status-menu]");
  const rest = menu.querySelector("[data-rest]");
  const reasons = menu.querySelector("[data-reasons]");
  const counter = root.querySelector("[data-load]");
  const stepper = menu.querySelector("[data-limit]");
  const door = document.querySelector("[data-on-off]");
  const pop = popover(button, menu, { onOpen: () => unfold(desk.status?.status === "rest") });

  function unfold(open) {
    reasons.hidden = !open;
    rest.setAttribute("aria-expanded", String(open));
  }

  // 下线 gives running sessions back to the queue: asked first.
  async function mayLeave() {
    const n = desk.serving.length;
    return !n || confirm({ strings, title: text(strings, "offlineTitle"), body: text(strings, "offlineBody", { n }), yes: text(strings, "goOffline"), isDanger: true });
  }

  async function choose(status, reason = "") {
    if (status === "offline" && !(await mayLeave())) return;
    button.setAttribute("aria-busy", "true");
    const result = await link.ask({ op: "status.set", status, reason });
    button.removeAttribute("aria-busy");
    if (result.ok) desk.changeStatus({ status, reason, reason_label: reason ? labelOf(reason) : "" });
    else toast(result.reason, "danger");
  }

  function labelOf(reason) {
    const item = [...reasons.children].find((each) => each.dataset.reason === reason);
    return item?.textContent ?? reason;
  }

  function words({ status, reason_label: label }) {
    const name = text(strings, `status_${status}`);
    return status === "rest" && label ? `${name} · ${label}` : name;
  }

  // An agent may lower his own limit, not raise it above the admin's. A111
  async function stepLimit(by) {
    const limit = desk.status.limit + by;
    if (limit < 1 || limit > desk.status.most) return;
    const result = await link.ask({ op: "limit.set", limit });
    if (result.ok) desk.changeStatus({ limit });
    else toast(result.reason, "danger");
  }

  function draw() {
    const { status, reason, load, limit } = desk.status;
    button.disabled = false;
    button.querySelector(".status-dot").dataset.status = status;
    setText(button.querySelector("[data-status-words]"), words(desk.status));
    setText(counter.querySelector("[aria-hidden]"), `${load}/${limit}`);
    setText(counter.querySelector(".visually-hidden"), text(strings, "loadCount", { n: load, limit }));
    counter.dataset.full = load >= limit;
    setText(stepper.querySelector("[data-limit-value]"), String(limit));
    stepper.querySelector('[data-step="-1"]').disabled = limit <= 1;
    stepper.querySelector('[data-step="1"]').disabled = limit >= desk.status.most;
    for (const item of menu.querySelectorAll("[role][data-status]")) {
      const isOn = item.dataset.status === status && (item.dataset.reason ?? "") === (status === "rest" ? reason : "");
      item.setAttribute("aria-checked", String(isOn));
    }
    setText(door, text(strings, status === "offline" ? "goOnline" : "goOffline"));
  }

  rest.addEventListener("click", () => {
    unfold(reasons.hidden);
    if (!reasons.hidden) reasons.querySelector("[role]").focus();
  });
  rest.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") { unfold(true); reasons.querySelector("[role]").focus(); }
    if (event.key === "ArrowLeft") unfold(false);
  });
  stepper.addEventListener("click", (event) => {
    const step = event.target.closest("[data-step]");
    if (step) stepLimit(Number(step.dataset.step));
  });
  menu.addEventListener("click", (event) => {
    const item = event.target.closest("[role][data-status]");
    if (!item) return;
    choose(item.dataset.status, item.dataset.reason ?? "");
  });
  door.addEventListener("click", () => choose(desk.status?.status === "offline" ? "free" : "offline"));
  desk.addEventListener("status", draw);
  return pop;
}
