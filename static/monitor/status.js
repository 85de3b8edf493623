// Sets an agent's status: 示闲, 示忙, 小休 or 下线.
import { text } from "../messages/dom.js";
import { sheet } from "../workbench/dialogs.js";
import { setText } from "../workbench/keyed.js";

export function watchForcing({ root, strings, ask, toast }) {
  const dialog = root.querySelector("[data-status-sheet]");
  const form = dialog.querySelector("form");
  let agent = null;

  function open(chosen) {
    agent = chosen;
    form.reset();
    form.elements.status.value = agent.status === "busy" || agent.status === "arrange" ? "free" : agent.status;
    setText(dialog.querySelector("h2"), text(strings, "monStatusTitle", { name: agent.name }));
    describe();
    sheet(dialog);
  }

  /** What it does, said before it is done. */
  function describe() {
    const status = form.elements.status.value;
    form.querySelector("[data-reason]").hidden = status !== "rest";
    setText(form.querySelector("[data-effect]"), text(strings, `monEffect_${status}`, { n: agent.load }));
  }

  async function send(event) {
    event.preventDefault();
    const status = form.elements.status.value;
    const reason = status === "rest" ? form.elements.reason.value : "";
    const { name } = agent;
    if (!(await ask({ op: "agent.status", agent: agent.id, status, reason })).ok) return;
    dialog.close();
    toast(text(strings, "monStatusSet", { name, status: text(strings, `status_${status}`) }));
  }

  form.addEventListener("change", describe);
  form.addEventListener("submit", send);
  return { open };
}
