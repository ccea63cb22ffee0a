// Keeps the acute numbers on the device, so that /acute opens without a net. Nothing else is kept.
const KEPT = "acute-1";
const COPY = "/acute/offline";

async function refresh() {
  const answer = await fetch(COPY);
  if (answer.status !== 200) return; // nobody is signed in: what is kept stays
  const cache = await caches.open(KEPT);
  const built = (await answer.clone().text()).match(/\/static\/dist\/[\w.-]+/g) ?? [];
  const wanted = new Set(built);
  for (const old of await cache.keys()) {
    if (old.url.includes("/static/") && !wanted.has(new URL(old.url).pathname)) await cache.delete(old);
  }
  await cache.addAll([...wanted]);
  await cache.put(COPY, answer);
}

async function open(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(COPY)) ?? Response.error();
  }
}

self.addEventListener("install", (event) => event.waitUntil(refresh().catch(() => {})));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  if (event.data === "refresh") event.waitUntil(refresh().catch(() => {}));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname === "/acute") event.respondWith(open(request));
  else if (pathname.startsWith("/static/dist/")) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});
