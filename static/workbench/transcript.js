// One session's transcript, and the search in it. W52
import { watchPictures } from "../messages/lightbox.js";
import { text } from "../messages/dom.js";
import { data } from "./data.js";
import { watchMenu } from "./menu.js";
import { drawEntries } from "./readonly.js";
import { drawWhisper, putInTime } from "./whispers.js";

const strings = data("workbench-strings");
const { language } = data("workbench-config");
const ctx = { side: "agent", strings, language, now: Date.now, fileUrl: (url) => url };
const list = document.querySelector("[data-transcript]");
const count = document.querySelector("[data-count]");
const none = document.querySelector("[data-none]");
const input = document.querySelector("#find");

drawEntries(list, data("workbench-entries"), ctx);
for (const row of data("workbench-whispers")) putInTime(list, drawWhisper(row, { strings, language }));

function find() {
  const words = input.value.trim().toLowerCase();
  const entries = [...list.querySelectorAll(".entry")];
  let found = 0;
  for (const entry of entries) {
    const said = entry.querySelector(".entry__main > :not(.entry__name, .entry__foot)") ?? entry;
    const isFound = !words || said.textContent.toLowerCase().includes(words);
    entry.hidden = !isFound;
    found += isFound ? 1 : 0;
  }
  list.classList.toggle("transcript--filtered", Boolean(words));
  none.hidden = !words || found > 0;
  count.textContent = words ? text(strings, "matches", { n: found }) : "";
}

input.addEventListener("input", find);
document.querySelector("[data-search]").addEventListener("submit", (event) => event.preventDefault());
document.querySelector("[data-print]").addEventListener("click", () => print());
watchPictures(list, strings);
watchMenu(document.body);
