import { icon } from "../messages/dom.js";
import { $, t } from "./page.js";

const WORDS = { offline: "offline", waiting: "reconnecting", connecting: "reconnecting", refused: "refusedChannel" };
const PATIENCE = 1200; // a short hiccup is nobody's business
let timer;

/** The line at the top that says what is wrong with the connection; "open" takes it away. */
export function showConnection(state) {
  clearTimeout(timer);
  const words = WORDS[state];
  if (!words) {
    $("banner").hidden = true;
    return;
  }
  const paint = () => {
    $("banner").hidden = false;
    $("banner").dataset.state = state;
    $("banner").replaceChildren(icon(state === "offline" ? "offline" : "alert"), t(words));
  };
  if (state === "offline" || state === "refused" || !$("banner").hidden) paint();
  else timer = setTimeout(paint, PATIENCE);
}

let leaving;

/** A short remark above the composer: why something was not done. */
export function notice(words) {
  clearTimeout(leaving);
  $("notice").textContent = words;
  $("notice").hidden = false;
  leaving = setTimeout(() => { $("notice").hidden = true; }, 6000);
}
