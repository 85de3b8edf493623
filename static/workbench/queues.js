// 您所在的技能组排队(n): how many wait in each of the agent's own groups. W22
import { h, text } from "../messages/dom.js";
import { keyed, setText } from "./keyed.js";

export function watchQueues({ root, desk, link, strings, toast, open }) {
  const list = root.querySelector("[data-list=queues]");
  const total = root.querySelector("[data-for=queues][data-part=count]");
  const empty = root.querySelector("[data-for=queues][data-part=empty]");

  // The head of the queue is served by whoever asks for it, if he still has room.
  const claiming = root.querySelector("[data-claim]");
  claiming.addEventListener("click", async () => {
    claiming.disabled = true;
    const result = await link.ask({ op: "queue.claim" });
    claiming.disabled = false;
    if (!result.ok) toast(result.reason, "danger");
    else desk.whenServed(result.session, open);
  });

  desk.addEventListener("queues", () => {
    const waiting = desk.queues.reduce((sum, queue) => sum + queue.waiting, 0);
    setText(total, String(waiting));
    total.closest("details").dataset.waiting = waiting > 0;
    empty.hidden = desk.queues.length > 0;
    claiming.hidden = waiting === 0;
    keyed(list, desk.queues, {
      key: (queue) => queue.group ?? "common",
      create: () => h("li", { class: "queue" }, h("span", { class: "queue__name" }), h("span", { class: "queue__count" })),
      update: (node, queue) => {
        setText(node.firstChild, queue.name || text(strings, "commonQueue"));
        setText(node.lastChild, text(strings, "people", { n: queue.waiting }));
        node.dataset.waiting = queue.waiting > 0;
      },
    });
  });
}
