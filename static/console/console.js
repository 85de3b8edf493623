/** Copy buttons, the search inside a transcript, and the landmarks that the theme leaves out. */

const SHOWN_MS = 1600;

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    document.execCommand("copy"); // pages without https have no clipboard object
  }
  const label = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = label; }, SHOWN_MS);
}

function search(field) {
  const wanted = field.value.trim().toLowerCase();
  for (const line of document.querySelectorAll("[data-line]")) {
    line.hidden = wanted !== "" && !line.textContent.toLowerCase().includes(wanted);
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const button = event.target.closest("[data-copy]");
  if (button && !button.dataset.busy) {
    button.dataset.busy = "1";
    setTimeout(() => { delete button.dataset.busy; }, SHOWN_MS);
    copy(button);
  }
});
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-search-lines]")) search(event.target);
});
document.addEventListener("DOMContentLoaded", () => {
  // The theme listens to every file field and expects its own markup around it.
  for (const field of document.querySelectorAll("input[type=file][data-own]")) field.hasChangeListener = true;
  document.getElementById("main")?.setAttribute("role", "main");
  document.getElementById("nav-sidebar-inner")?.setAttribute("aria-label", document.title.split("|").pop().trim());
});
/** On a phone every value bears the heading of its column, the first one too. */
function nameValues() {
  const headings = [...document.querySelectorAll("#result_list thead th")].map((heading) => heading.querySelector(".text")?.textContent.trim());
  for (const value of document.querySelectorAll("#result_list tr.data-row > [data-label]:not(.action-checkbox)")) {
    value.dataset.label = headings[value.cellIndex] || value.dataset.label;
  }
}
document.addEventListener("DOMContentLoaded", nameValues);
/** What scrolls sideways can be reached, and so scrolled, by keyboard. */
function openToKeys() {
  for (const box of document.querySelectorAll(".cs-scroll, .cs-plot")) if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
}
addEventListener("load", openToKeys);
addEventListener("resize", openToKeys);
/** The search field of a choice with many values bears the name of its choice; select2 gives it none. */
function nameSearchFields() {
  for (const field of document.querySelectorAll(".select2-search__field:not([aria-label])")) {
    const choice = field.closest(".select2-container")?.previousElementSibling;
    field.setAttribute("aria-label", choice?.labels?.[0]?.textContent.trim().replace(/:$/, "") || document.title);
  }
}
addEventListener("load", () => {
  nameSearchFields();
  new MutationObserver(nameSearchFields).observe(document.body, { childList: true, subtree: true });
});
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-go]")) location.search = event.target.value;
});
const BADGES_MS = 20000;

async function refreshBadges() {
  if (document.hidden) return;
  const answer = await fetch("/admin/badges/", { headers: { accept: "application/json" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const numbers = await answer.json();
  for (const badge of document.querySelectorAll("[data-badge]")) {
    const number = numbers[badge.dataset.badge] ?? "";
    if (badge.textContent !== number) badge.textContent = number;
  }
}
if (window.self === window.top) setInterval(refreshBadges, BADGES_MS);
document.addEventListener("visibilitychange", refreshBadges);
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.cs-menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-confirm]");
  if (button && !confirm(button.dataset.confirm)) event.preventDefault();
});
