// What the list of sessions is filtered by, and its pages. Typing asks after a short pause.
import { h, text } from "../messages/dom.js";
import { setText } from "../workbench/keyed.js";

const PAUSE_MS = 250;

/** `ask(wanted)` is called with the fields of a `monitor` frame whenever they change. Returns {wanted, fill, draw}. */
export function watchFilters({ root, board, strings, ask }) {
  const form = root.querySelector("[data-filters]");
  const pager = root.querySelector("[data-pages]");
  const [back, words, on] = pager.children;
  let page = 1;
  let timer = 0;

  function wanted() {
    const state = form.elements.state.value;
    const isRisk = state === "at_risk";
    return { state: isRisk ? "" : state, at_risk: isRisk, group: Number(form.elements.group.value), channel: Number(form.elements.channel.value),
      agent: form.elements.agent.value, words: form.elements.words.value.trim(), page };
  }

  function changed() {
    page = 1;
    ask(wanted());
  }

  /** Keeps what is chosen. */
  function fill({ groups, agents, channels }) {
    options(form.elements.group, [{ id: -1, name: text(strings, "monNoGroup") }, ...groups]);
    options(form.elements.agent, agents);
    options(form.elements.channel, channels);
  }

  function options(select, rows) {
    const kept = select.value;
    select.replaceChildren(select.options[0], ...rows.map((row) => h("option", { value: row.id }, row.name)));
    if (rows.some((row) => String(row.id) === kept)) select.value = kept;
  }

  function turn(by) {
    page = Math.min(board.pages, Math.max(1, board.page + by));
    ask(wanted());
  }

  function draw() {
    pager.hidden = board.pages < 2;
    setText(words, text(strings, "monPage", { page: board.page, pages: board.pages, n: board.total }));
    back.disabled = board.page <= 1;
    on.disabled = board.page >= board.pages;
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => event.target.name !== "words" && changed());
  form.elements.words.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(changed, PAUSE_MS); });
  back.addEventListener("click", () => turn(-1));
  on.addEventListener("click", () => turn(1));
  return { wanted, fill, draw };
}
