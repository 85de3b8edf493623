// 您所在的技能组排队(n): how many wait in each of the agent's own groups. W22
import { h, text } from "../messages/dom.js";
import { keyed, setText } from "./keyed.js";

export function watchQueues({ root, desk, strings }) {
  const list = root.querySelector("[data-list=queues]");
  const total = root.querySelector("[data-for=queues][data-part=count]");
  const empty = root.querySelector("[data-for=queues][data-part=empty]");

  desk.addEventListener("queues", () => {
    const waiting = desk.queues.reduce((sum, queue) => sum + queue.waiting, 0);
    setText(total, String(waiting));
    total.closest("details").dataset.waiting = waiting > 0;
    empty.hidden = desk.queues.length > 0;
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
