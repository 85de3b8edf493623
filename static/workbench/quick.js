// Quick replies on the workbench: the panel and the completion share one list.
import { text } from "../messages/dom.js";
import { watchCompletion } from "./complete.js";
import { backToTalk } from "./panes.js";
import { watchQuickFiles } from "./quickfiles.js";
import { watchQuickPanel } from "./quickpanel.js";
import { QuickReplies } from "./quickreplies.js";

export function watchQuick({ root, desk, link, strings, composer, toast, config }) {
  const quick = new QuickReplies({ desk, link });

  async function use(reply) {
    if (desk.openRow?.session.state !== "serving") return toast(text(strings, "openFirst"));
    await backToTalk();
    composer.insert(quick.use(reply));
    attach(reply);
  }

  async function attach(reply) {
    if (!reply.file || !config.member) return; // inside another site there is no cookie to load it with
    const answer = await fetch(`${config.quickUrl}${reply.id}/file/`).catch(() => null);
    if (!answer?.ok) return toast(text(strings, "uploadFailed"), "danger");
    const blob = await answer.blob();
    composer.tray.add([new File([blob], reply.file, { type: blob.type })]);
  }

  watchQuickFiles({ root, quick, config, strings, toast });
  watchQuickPanel({ root, quick, link, strings, use, config });
  watchCompletion({ form: root.querySelector("[data-composer]"), sign: "#", id: "quick-complete",
    best: (word, most) => quick.best(word, most), use: (reply) => { attach(reply); return quick.use(reply); }, insert: (words) => composer.insert(words), label: text(strings, "quickReplies") });
}
