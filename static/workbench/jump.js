// The button that goes back to the newest message, with the number of those below what is in view.
import { text } from "../messages/dom.js";
import { setText } from "./keyed.js";

export function watchJump({ root, strings, current }) {
  const button = root.querySelector("[data-jump]");
  const words = button.querySelector("[data-words]");
  button.addEventListener("click", () => current()?.toEnd());

  return (timeline) => {
    timeline.onBehind = (count, isAway = false) => {
      if (timeline !== current()) return;
      button.hidden = !isAway;
      setText(words, count ? text(strings, "newMessages", { n: count }) : text(strings, "toNewest"));
      button.dataset.count = count;
    };
  };
}
