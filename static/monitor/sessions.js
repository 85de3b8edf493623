// The list of running sessions: kept rows, so that neither focus nor scroll moves when something changes.
import { h, text } from "../messages/dom.js";
import { ago, shortDuration } from "../workbench/clock.js";
import { drawFace } from "../workbench/faces.js";
import { keyed, setCurrent, setText } from "../workbench/keyed.js";
import { waitLevel } from "../workbench/rows.js";

export function levelOf(row, now) {
  return waitLevel(row.waits_since, now, { seconds: row.target_seconds });
}

/** `verbs(row)` lists [name, label, act] for the last column; `onOpen(row)` when the name is chosen. */
export function sessionList({ root, board, strings, language, verbs, onOpen }) {
  const body = root.querySelector("[data-sessions]");
  const none = root.querySelector("[data-no-sessions]");
  let chosen = null;

  function create(row) {
    const name = h("button", { type: "button", class: "mon-name", onclick: () => onOpen(board.session(row.session)) }, h("span", {}));
    const who = h("div", { class: "mon-who" }, h("span", { class: "avatar mon-face", "aria-hidden": "true" }), h("div", { class: "mon-words" }, name, h("span", { class: "mon-preview" })));
    return h("tr", {},
      h("th", { scope: "row" }, who),
      cell("monState", h("span", { class: "mon-state" }), h("span", { class: "mon-wait" })),
      cell("monAgent", h("span", {}), h("small", {})),
      cell("monSource", h("span", {}), h("small", {})),
      cell("monDuration"), cell("monLast", h("span", {}), h("span", { class: "badge" })), cell("monRounds"),
      h("td", { class: "mon-verbs" }, verbs(row).map(([verb, , act]) => h("button", { type: "button", class: "mon-verb", data: { verb }, onclick: () => act(board.session(row.session)) }))));
  }

  function cell(label, ...inside) {
    return h("td", { "data-label": text(strings, label) }, ...inside);
  }

  function update(node, row) {
    const now = board.now();
    const [who, state, agent, source, duration, last, rounds, actions] = node.children;
    const [face, words] = who.firstChild.children;
    drawFace(face, row.visitor);
    node.toggleAttribute("data-online", row.visitor.online);
    setText(words.firstChild.firstChild, row.visitor.name);
    setText(words.lastChild, row.preview);
    drawState(node, state, row, now);
    setText(agent.children[0], row.agent?.name ?? "–");
    setText(agent.children[1], row.joined.length ? text(strings, "monWith", { names: row.joined.map((each) => each.name).join(", ") }) : "");
    setText(source.children[0], row.channel);
    setText(source.children[1], row.group);
    setText(duration, shortDuration(now - row.since));
    setText(last.children[0], row.last_at ? ago(row.last_at, now, language, strings) : "–");
    last.children[1].hidden = !row.unread;
    setText(last.children[1], String(row.unread));
    last.children[1].title = text(strings, "unreadCount", { n: row.unread });
    setText(rounds, String(row.rounds));
    drawVerbs(actions, row);
    setCurrent(node, row.session === chosen);
  }

  function drawState(node, place, row, now) {
    const level = levelOf(row, now);
    node.dataset.level = level;
    node.dataset.state = row.state;
    const label = row.state === "waiting" && row.is_offered ? "monOffered" : `monState_${row.state}`;
    setText(place.children[0], text(strings, label));
    const waits = row.waits_since && row.state === "serving" ? text(strings, "waited", { t: shortDuration(now - row.waits_since) }) : "";
    const missed = row.missed_rounds ? text(strings, "monMissed", { n: row.missed_rounds }) : "";
    setText(place.children[1], [level ? text(strings, `monLevel_${level}`) : "", waits, missed].filter(Boolean).join(" · "));
  }

  function drawVerbs(place, row) {
    for (const [verb, label, , isOff] of verbs(row)) {
      const button = place.querySelector(`[data-verb=${verb}]`);
      setText(button, label);
      button.setAttribute("aria-label", `${label} ${row.visitor.name}`);
      button.disabled = Boolean(isOff);
    }
  }

  function draw() {
    keyed(body, board.sessions, { key: (row) => row.session, create, update });
    none.hidden = !board.isKnown || board.sessions.length > 0;
  }

  return { draw, choose: (session) => { chosen = session; draw(); } };
}
