// What a supervisor does with a session. Who would be disturbed is asked about first.
import { text } from "../messages/dom.js";
import { asker } from "../workbench/toast.js";

/** `sure({title, body, yes, isDanger})` resolves to whether he is; `workbench` is its address. */
export function supervising({ link, strings, toast, sure, workbench }) {
  const ask = asker(link, toast);

  /** He serves it from now on: his workbench opens with it. */
  async function takeOver(row) {
    const question = { title: text(strings, "monTakeOverTitle", { name: row.visitor.name }), yes: text(strings, "monTakeOver"),
      body: text(strings, row.agent ? "monTakeOverBody" : "monTakeOverFree", { agent: row.agent?.name }) };
    if (!(await sure(question)) || !(await ask({ op: "session.take_over", session: row.session })).ok) return;
    sessionStorage.setItem("workbench.open", row.session);
    location.assign(workbench);
  }

  async function join(row) {
    const question = { title: text(strings, "monJoinTitle", { name: row.visitor.name }), body: text(strings, "monJoinBody"), yes: text(strings, "monJoin") };
    return (await sure(question)) && (await ask({ op: "session.join", session: row.session })).ok;
  }

  async function part(row) {
    return (await ask({ op: "session.part", session: row.session })).ok;
  }

  async function end(row) {
    const question = { title: text(strings, "endTitle", { name: row.visitor.name }), body: text(strings, "endBody"), yes: text(strings, "endSession"), isDanger: true };
    if (await sure(question)) await ask({ op: "session.end", session: row.session });
  }

  return { ask, takeOver, join, part, end };
}
