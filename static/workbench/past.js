// Past sessions of the visitor, and the transcript of one of them, read only.
import { h, text } from "../messages/dom.js";
import { full } from "../messages/time.js";
import { sheet } from "./dialogs.js";
import { drawEntries } from "./readonly.js";

export function watchPast({ root, strings, language, ask, ctx }) {
  const list = root.querySelector("[data-past-list]");
  const none = root.querySelector("[data-past-none]");
  const dialog = root.querySelector("[data-past-sheet]");
  const box = dialog.querySelector("[data-past-entries]");

  function draw(session) {
    const who = [session.agent || text(strings, "servedByBot"), session.group, session.stars && text(strings, "stars", { n: session.stars })];
    return h("li", {}, h("button", { type: "button", class: "past__open", onclick: () => open(session) },
      h("strong", {}, full(session.opened_at, language)), h("span", {}, who.filter(Boolean).join(" · "))));
  }

  async function open(session) {
    const result = await ask("past.transcript", { session: session.id });
    if (!result) return;
    dialog.querySelector("[data-past-title]").textContent = text(strings, "transcriptOf", { time: full(session.opened_at, language) });
    box.replaceChildren();
    const readOnly = { side: "agent", strings, language, now: ctx.now, fileUrl: ctx.fileUrl };
    drawEntries(box, result.entries, readOnly);
    sheet(dialog);
  }

  return async ({ clear } = {}) => {
    const result = clear ? { sessions: [] } : await ask("past");
    if (!result) return;
    none.hidden = result.sessions.length > 0;
    list.replaceChildren(...result.sessions.map(draw));
  };
}
