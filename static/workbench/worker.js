// The worker behind the installed workbench: a start page without a network, and notices. It keeps no conversation.
// `boot` comes from the server.
const SECTION = "workbench-";

addEventListener("install", (event) => event.waitUntil(keep()));
addEventListener("activate", (event) => event.waitUntil(tidy()));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(boot.offline)));
  else if (boot.files.includes(new URL(request.url).pathname)) event.respondWith(fetch(request).catch(() => caches.match(request)));
});

async function keep() {
  const cache = await caches.open(boot.cache);
  await cache.addAll([boot.offline, ...boot.files].map((url) => new Request(url, { cache: "reload" })));
  await self.skipWaiting();
}

async function tidy() {
  const old = (await caches.keys()).filter((name) => name.startsWith(SECTION) && name !== boot.cache);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}
