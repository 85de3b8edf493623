// All channels are one list; where rows of several are on it, it can be narrowed to one. A112
import { h, text } from "../messages/dom.js";

/** Returns `passes(row)`; `onChange` when another channel is chosen. */
export function watchChannels({ root, desk, strings, onChange }) {
  const box = root.querySelector("[data-channel-filter]");
  const select = box.querySelector("select");
  let known = "";

  desk.addEventListener("changed", () => {
    const names = [...new Set(desk.rows.map((row) => row.channel.name))].sort();
    if (names.join("\n") === known) return;
    known = names.join("\n");
    const chosen = select.value;
    select.replaceChildren(h("option", { value: "" }, text(strings, "allChannels")), ...names.map((name) => h("option", { value: name }, name)));
    select.value = names.includes(chosen) ? chosen : ""; // its last row may have gone
    box.hidden = names.length < 2;
  });
  select.addEventListener("change", onChange);
  return (row) => box.hidden || !select.value || row.channel.name === select.value;
}
