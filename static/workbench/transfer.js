// 转接: to an agent (searched by e-mail, name or number, with his status) or to a group, with a note. W42 to W45
import { h, text } from "../messages/dom.js";
import { sheet } from "./dialogs.js";
import { setText } from "./keyed.js";

/** `op` moves the session; `states` are those in which it can be moved. */
export function watchTransfer({ root, desk, link, strings, toast, op = "session.transfer", states = ["serving"] }) {
  const dialog = root.querySelector("[data-transfer-sheet]");
  const form = dialog.querySelector("form");
  const rows = dialog.querySelector("[data-agents]");
  const groups = dialog.querySelector("[data-groups]");
  const start = form.querySelector("[data-start]");
  let colleagues = { agents: [], groups: [] };
  let session = null;

  async function open() {
    const row = desk.openRow;
    if (!row || !states.includes(row.session.state)) return;
    session = row.session.id;
    form.reset();
    colleagues = { agents: [], groups: [] };
    drawAll();
    sheet(dialog);
    const result = await link.ask({ op: "colleagues" });
    if (!result.ok) return toast(result.reason, "danger");
    colleagues = result;
    drawAll();
  }

  const kind = () => form.elements.kind.value;
  const chosen = () => form.querySelector(`input[name=${kind()}]:checked`)?.value ?? "";

  function drawAll() {
    drawAgents();
    groups.replaceChildren(...colleagues.groups.map((group) => h("label", { class: "pick" },
      h("input", { type: "radio", name: "group", value: group.id, disabled: !group.at_work }),
      h("span", { class: "pick__name" }, group.name), h("span", { class: "pick__status" }, text(strings, "groupAtWork", { n: group.at_work })))));
    showKind();
  }

  function drawAgents() {
    const words = form.elements.words.value.trim().toLowerCase();
    const by = form.elements.by.value;
    const wanted = form.elements.state.value;
    const found = colleagues.agents.filter((agent) => agent[by].toLowerCase().includes(words) && (!wanted || agent.status === wanted));
    const kept = form.querySelector("input[name=agent]:checked")?.value;
    rows.replaceChildren(...found.map((agent) => agentRow(agent, kept)));
    dialog.querySelector("[data-nobody]").hidden = found.length > 0;
    ready();
  }

  function agentRow(agent, kept) {
    const id = `to-${agent.id}`;
    return h("tr", {},
      h("td", {}, h("input", { type: "radio", name: "agent", id, value: agent.id, disabled: !agent.can_take, checked: agent.id === kept && agent.can_take })),
      h("td", {}, h("label", { for: id }, agent.name)), h("td", {}, agent.account),
      h("td", {}, h("span", { class: "status-dot", data: { status: agent.status === "busy" ? "free" : agent.status } }),
        ` ${text(strings, `status_${agent.status}`)} `, h("span", { class: "pick__load" }, text(strings, "loadOf", { n: agent.load, limit: agent.limit }))));
  }

  function showKind() {
    for (const part of dialog.querySelectorAll("[data-kind]")) part.hidden = part.dataset.kind !== kind();
    ready();
  }

  function ready() {
    start.disabled = !chosen();
  }

  async function send(event) {
    event.preventDefault();
    if (start.disabled) return;
    start.disabled = true;
    const to = kind() === "group" ? { group: Number(chosen()) } : { agent: chosen() };
    const frame = { op, session, ...to, note: form.elements.note.value };
    const result = await link.ask(frame);
    ready();
    const error = dialog.querySelector("[data-error]");
    error.hidden = result.ok;
    setText(error, result.ok ? "" : result.reason);
    if (!result.ok) return;
    dialog.close();
    toast(text(strings, desk.row(session)?.session.state === "serving" && !result.done ? "transferOffered" : "transferred"));
  }

  root.querySelector("[data-transfer]")?.addEventListener("click", open);
  form.addEventListener("submit", send);
  form.addEventListener("input", (event) => (["words", "by", "state"].includes(event.target.name) ? drawAgents() : ready()));
  form.addEventListener("change", (event) => (event.target.name === "kind" ? showKind() : ready()));
  return { open };
}
