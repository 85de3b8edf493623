// 数据看板: choices act at once, and while today is shown every part that changed is replaced in place.
const EVERY_MS = 10_000;
const choice = document.querySelector("[data-board-choice]");
const range = choice?.elements.range;

function showDays() {
  for (const field of choice.querySelectorAll(".cs-board-day")) field.hidden = range.value !== "custom";
}

choice?.addEventListener("change", (event) => {
  showDays();
  if (range.value === "custom" && (!choice.elements.first.value || !choice.elements.last.value)) return;
  if (event.target.type !== "date") choice.requestSubmit();
});

/** Where the reader was: his focus, what he had scrolled and unfolded. */
function keep(part) {
  const inside = part.contains(document.activeElement) ? document.activeElement : null;
  const order = inside ? [...part.querySelectorAll("a, button, summary, [tabindex]")].indexOf(inside) : -1;
  const scrolled = [...part.querySelectorAll(".cs-scroll, .cs-plot")].map((box) => box.scrollLeft);
  const open = [...part.querySelectorAll("details")].map((box) => box.open);
  return (fresh) => {
    fresh.querySelectorAll("details").forEach((box, number) => { box.open = open[number] ?? false; });
    fresh.querySelectorAll(".cs-scroll, .cs-plot").forEach((box, number) => { box.scrollLeft = scrolled[number] ?? 0; });
    if (order >= 0) fresh.querySelectorAll("a, button, summary, [tabindex]")[order]?.focus({ preventScroll: true });
  };
}

const drawn = new Map(); // part: its markup as it came

function note(board) {
  for (const part of board.querySelectorAll("[data-part]")) drawn.set(part.dataset.part, part.outerHTML);
}

function replace(board, fresh) {
  const names = (root) => [...root.querySelectorAll("[data-part]")].map((part) => part.dataset.part).join();
  if (names(board) !== names(fresh)) {
    board.replaceWith(fresh);
    return note(fresh);
  }
  for (const part of fresh.querySelectorAll("[data-part]")) {
    const name = part.dataset.part;
    const markup = part.outerHTML;
    if (drawn.get(name) === markup) continue;
    drawn.set(name, markup);
    const old = board.querySelector(`[data-part="${name}"]`);
    const restore = keep(old);
    old.replaceWith(part);
    restore(part);
  }
}

async function refresh() {
  const board = document.getElementById("board");
  if (document.hidden || !board?.hasAttribute("data-live")) return;
  const address = new URL(location.href);
  address.searchParams.set("part", "1");
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("board");
  if (fresh) replace(board, fresh);
}

const first = document.getElementById("board");
if (first) {
  note(first);
  setInterval(refresh, EVERY_MS);
  document.addEventListener("visibilitychange", refresh);
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.activeElement?.closest(".cs-tip")) document.activeElement.blur();
});
