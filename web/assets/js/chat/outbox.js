// What has been written but not yet stored at the server: kept on the device over reload and lost net.
// Wiped at sign-out, and never shown to another person who signs in on the same device.
const NAME = "makkerskab-outbox";

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("messages", { keyPath: "cid" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function inStore(mode, work) {
  const db = await open();
  try {
    return await new Promise((resolve, reject) => {
      const turn = db.transaction("messages", mode);
      const asked = work(turn.objectStore("messages"));
      turn.oncomplete = () => resolve(asked?.result);
      turn.onabort = turn.onerror = () => reject(turn.error);
    });
  } finally {
    db.close();
  }
}

// A private window may have no storage: then a message lives as long as the page does.
const quietly = (promise, otherwise) => promise.catch(() => otherwise);

export const keep = (message) => quietly(inStore("readwrite", (store) => store.put(message)));
export const forget = (cid) => quietly(inStore("readwrite", (store) => store.delete(cid)));

export async function kept({ me, room }) {
  const all = (await quietly(inStore("readonly", (store) => store.getAll()), [])) ?? [];
  await Promise.all(all.filter((m) => m.me !== me).map((m) => forget(m.cid)));
  return all.filter((m) => m.me === me && m.room === room).sort((a, b) => a.at - b.at);
}

export function wipe() {
  indexedDB.deleteDatabase(NAME);
}
