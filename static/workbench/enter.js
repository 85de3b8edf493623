/** Enter sends what is in `box`, Shift+Enter and Alt+Enter do not; while an input method composes Chinese, Enter belongs to it. */
export function onEnter(box, send) {
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.altKey || event.isComposing || event.keyCode === 229) return; // 229: Safari
    event.preventDefault();
    send();
  });
}
