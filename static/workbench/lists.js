// 服务中 and 已结束: rows kept by key, so that focus and scroll stay where they are. W23, W24, W25
import { h, text } from "../messages/dom.js";
import { watchChannels } from "./channelfilter.js";
import { ago, shortDuration } from "./clock.js";
import { drawFace } from "./faces.js";
import { icon } from "./icons.js";
import { keyed, setCurrent, setText } from "./keyed.js";
import { listRow, partsOf } from "./listrow.js";
import { waitingSince, waitLevel } from "./rows.js";

export class Lists {
  constructor({ root, desk, threads, strings, language, onOpen, onComplete, onCompleteAll }) {
    Object.assign(this, { desk, threads, strings, language, onOpen, onComplete });
    this.passes = watchChannels({ root, desk, strings, onChange: () => this.draw() });
    this.serving = root.querySelector("[data-list=serving]");
    this.ended = root.querySelector("[data-list=ended]");
    this.parts = (name) => root.querySelectorAll(`[data-for=${name}]`);
    this.completeAll = root.querySelector("[data-complete-all]");
    this.completeAll.addEventListener("click", onCompleteAll);
  }

  #isDue = false;

  /** Soon, once for everything that changed in this turn. */
  draw() {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.drawNow();
    });
  }

  drawNow(now = Date.now()) {
    this.#list("serving", this.serving, this.desk.serving.filter(this.passes), now);
    this.#list("ended", this.ended, this.desk.ended.filter(this.passes), now);
    this.completeAll.hidden = !this.desk.ended.length;
  }

  #list(name, list, rows, now) {
    keyed(list, rows, { key: (row) => row.session.id, create: (row) => this.#create(row), update: (node, row) => this.#update(node, row, now) });
    for (const part of this.parts(name)) {
      if (part.dataset.part === "count") setText(part, String(rows.length));
      else part.hidden = rows.length > 0;
    }
  }

  #create(row) {
    const session = row.session.id;
    const item = listRow(() => this.onOpen(session),
      h("span", { class: "row__wait" }, icon("clock"), h("span", {})), h("span", { class: "badge row__unread" }));
    item.append(h("button", { type: "button", class: "icon-button row__complete", hidden: true, onclick: () => this.onComplete(session) }, icon("check")));
    return item;
  }

  #update(item, row, now) {
    const part = partsOf(item);
    const isOver = row.session.state === "ended";
    item.classList.toggle("row--fresh", this.desk.fresh.has(row.session.id));
    item.classList.toggle("row--online", row.visitor.online);
    setCurrent(part("open"), this.desk.open === row.session.id);
    drawFace(part("face"), row.visitor);
    setText(part("name"), row.visitor.name);
    setText(part("presence"), text(this.strings, row.visitor.online ? "online" : "offline"));
    setText(part("time"), row.last_at ? ago(row.last_at, now, this.language, this.strings) : "");
    setText(part("preview"), isOver ? this.#over(row) : row.preview || text(this.strings, "noMessages"));
    this.#unread(part("unread"), isOver ? 0 : row.unread);
    this.#wait(item, part("wait"), row, now);
    this.#complete(part("complete"), row, isOver);
  }

  // "已结束 03:21": how long it was served.
  #over(row) {
    const { served_at: from, ended_at: to } = row.session;
    return `${text(this.strings, "ended")} ${shortDuration(from && to ? to - from : 0)}`;
  }

  #unread(badge, count) {
    badge.hidden = !count;
    if (!count) return;
    const shown = count > 99 ? "99+" : String(count);
    if (badge.dataset.shown === shown) return;
    badge.dataset.shown = shown;
    badge.replaceChildren(h("span", { "aria-hidden": "true" }, shown), h("span", { class: "visually-hidden" }, text(this.strings, "unreadCount", { n: count })));
  }

  #wait(item, chip, row, now) {
    const thread = this.threads.has(row.conversation) ? this.threads.get(row.conversation) : null;
    const since = waitingSince(row, thread?.entries ?? null);
    const level = waitLevel(since, now, row.targets);
    item.dataset.wait = level;
    chip.hidden = !level;
    if (level) setText(chip.lastChild, text(this.strings, "waited", { t: shortDuration(now - since) }));
  }

  #complete(button, row, isOver) {
    button.hidden = !isOver;
    const label = text(this.strings, "completeOne", { name: row.visitor.name });
    button.setAttribute("aria-label", label);
    button.title = `${text(this.strings, "complete")} (Alt+C)`;
  }
}
