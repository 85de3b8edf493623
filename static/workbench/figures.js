// 看板: the own figures are drawn afresh while the page is open; nothing is touched where nothing changed.
const EVERY_MS = 10_000;
const shown = () => document.querySelector("[data-figures]");
let drawn = shown()?.outerHTML;

async function refresh() {
  if (document.hidden || !shown()) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-figures]");
  if (!fresh || fresh.outerHTML === drawn) return;
  drawn = fresh.outerHTML;
  const scrolled = shown().querySelector(".figures__plot").scrollLeft;
  shown().replaceWith(fresh);
  fresh.querySelector(".figures__plot").scrollLeft = scrolled;
}

setInterval(refresh, EVERY_MS);
document.addEventListener("visibilitychange", refresh);
