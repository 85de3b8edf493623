// Every agent with status, reason, how long, load, groups and connection.
import { h, text } from "../messages/dom.js";
import { shortDuration } from "../workbench/clock.js";
import { keyed, setText } from "../workbench/keyed.js";

/** `onStatus(agent)` opens what sets another status; without it there is no such column. */
export function agentList({ root, board, strings, onStatus }) {
  const body = root.querySelector("[data-agents-now]");
  const none = root.querySelector("[data-no-agents]");

  function create(agent) {
    const row = h("tr", {},
      h("th", { scope: "row" }, h("span", {}), h("small", {})),
      cell("monStatus", h("span", { class: "status-dot" }), h("span", {}), h("small", {})),
      cell("monSince"), cell("monLoad", h("span", {}), h("meter", { class: "mon-meter", min: 0, "aria-hidden": "true" })),
      cell("monGroups"), cell("monConnection"));
    if (onStatus) row.append(h("td", { class: "mon-verbs" }, h("button", { type: "button", class: "mon-verb", onclick: () => onStatus(board.agents.find((each) => each.id === agent.id)) })));
    return row;
  }

  function cell(label, ...inside) {
    return h("td", { "data-label": text(strings, label) }, ...inside);
  }

  function update(row, agent) {
    const [name, status, since, load, groups, connection, verbs] = row.children;
    setText(name.children[0], agent.name);
    setText(name.children[1], agent.account);
    const [dot, words, reason] = status.children;
    dot.dataset.status = agent.status === "busy" ? "free" : agent.status;
    row.dataset.status = agent.status;
    setText(words, text(strings, `status_${agent.status}`));
    setText(reason, agent.reason);
    setText(since, agent.since ? shortDuration(board.now() - agent.since) : "–");
    setText(load.children[0], `${agent.load}/${agent.limit}`);
    load.children[1].max = Math.max(1, agent.limit);
    load.children[1].value = agent.load;
    setText(groups, agent.groups.map((group) => group.name).join(", ") || "–");
    setText(connection, text(strings, connectionOf(agent)));
    if (!verbs) return;
    const [button] = verbs.children;
    setText(button, text(strings, "monSetStatus"));
    button.setAttribute("aria-label", `${text(strings, "monSetStatus")} ${agent.name}`);
    button.disabled = agent.status === "offline";
  }

  return { draw() {
    keyed(body, board.agents, { key: (agent) => agent.id, create, update });
    none.hidden = !board.isKnown || board.agents.length > 0;
  } };
}

function connectionOf(agent) {
  if (agent.forced_off) return "monForcedOff";
  if (agent.lost) return "monLost";
  if (agent.status === "offline") return "monAway";
  if (agent.connected) return "monConnected";
  return agent.has_push ? "monAsleep" : "monUnheard";
}
