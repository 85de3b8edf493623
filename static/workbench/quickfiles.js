// One's own quick replies from a spreadsheet: either all of it is taken, or the bad rows are named. A93
import { h, text } from "../messages/dom.js";
import { sheet } from "./dialogs.js";
import { sendFile } from "./uploads.js";

export function watchQuickFiles({ root, quick, config, strings, toast }) {
  const button = root.querySelector("[data-quick-import]");
  const input = root.querySelector("[data-quick-file]");
  const dialog = root.querySelector("[data-quick-faults]");
  if (!button) return;

  async function send(file) {
    const answer = await sendFile(`${config.quickUrl}import/`, file, config);
    const result = await answer?.json().catch(() => null);
    if (!result) return toast(text(strings, "notConnected"), "danger");
    if (!answer.ok) return refuse(result.faults);
    toast(text(strings, "quickImported", { n: result.count }));
    await quick.load();
  }

  function refuse(faults) {
    const words = ({ row, reason }) => (row ? text(strings, "rowFault", { row, reason }) : reason);
    dialog.querySelector("[data-faults]").replaceChildren(...faults.map((fault) => h("li", {}, words(fault))));
    sheet(dialog);
  }

  button.addEventListener("click", () => input.click());
  input.addEventListener("change", async () => {
    if (input.files[0]) await send(input.files[0]);
    input.value = "";
  });
}
