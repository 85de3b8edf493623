// Tags, notes and past sessions of the open visitor: each fetched when its part is looked at.
import { watchNotes } from "./notes.js";
import { watchPast } from "./past.js";
import { watchTags } from "./tags.js";

/** `root` is the right column, whose tabs tell by "tab" what is looked at. */
export function watchDossier({ root, desk, link, strings, language, toast, ctx, colleagues }) {
  let tab = root.querySelector("[role=tab][aria-selected=true]").dataset.tab;

  /** Asks about the open conversation; null when it failed (said) or another one was opened meanwhile. */
  async function ask(op, more = {}) {
    const conversation = desk.openRow?.conversation;
    if (!conversation) return null;
    const result = await link.ask({ op, conversation, ...more });
    if (!result.ok) toast(result.reason, "danger");
    return result.ok && desk.openRow?.conversation === conversation ? result : null;
  }

  const shared = { root, desk, strings, language, ask, ctx, colleagues };
  const parts = { facts: watchTags(shared), notes: watchNotes(shared), past: watchPast(shared) };
  const load = () => desk.openRow && link.state === "online" && parts[tab]?.();

  root.addEventListener("tab", ({ detail }) => { tab = detail; load(); });
  desk.addEventListener("opened", () => {
    for (const part of Object.values(parts)) part({ clear: true });
    load();
  });
  link.addEventListener("state", ({ detail }) => detail === "online" && load());
}
