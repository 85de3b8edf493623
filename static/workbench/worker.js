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

addEventListener("push", (event) => event.waitUntil(show(read(event.data))));
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(follow(event.notification.data?.session ?? "", event.action === "accept"));
});

function read(data) {
  try {
    return data.json();
  } catch {
    return {};
  }
}

// Safari takes the permission away from who is woken and shows nothing; elsewhere the page in front of him says it.
const MUST_SHOW = /AppleWebKit/.test(navigator.userAgent) && !/Chrom/.test(navigator.userAgent);

async function desks() {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  return pages.filter((page) => new URL(page.url).pathname === boot.home);
}

async function show({ title = boot.strings.title, body = boot.strings.body, tag = "desk", session = "", actions = [] }) {
  const pages = await desks();
  if (!MUST_SHOW && pages.some((page) => page.focused)) return;
  await self.registration.showNotification(title, { body, tag, actions, icon: boot.icon, badge: boot.badge,
    renotify: !pages.length, requireInteraction: actions.length > 0, data: { session } });
}

async function follow(session, accept) {
  const [page] = await desks();
  if (page) {
    page.postMessage({ open: session, accept });
    return page.focus();
  }
  const query = session ? `?open=${encodeURIComponent(session)}${accept ? "&accept=1" : ""}` : "";
  return self.clients.openWindow(boot.home + query);
}
