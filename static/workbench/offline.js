// Comes back by itself: when the browser says that it is online, and every few seconds, since it may be the server.
const EVERY_MS = 5000;
let asking = false;

async function retry() {
  if (asking) return;
  asking = true;
  try {
    await fetch(location.href, { method: "HEAD", cache: "no-store", redirect: "manual" });
    location.reload();
  } catch {
    asking = false;
  }
}

addEventListener("online", retry);
setInterval(retry, EVERY_MS);
document.querySelector("[data-retry]").addEventListener("click", retry);
