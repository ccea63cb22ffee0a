// How much is unread, in the menu and in the list of rooms, while any page is open.
import { connectLine } from "./line.js";
import { wipe } from "./outbox.js";

const unread = new Map();

function numberIn(place, count) {
  const shown = place.querySelector(".mk-count");
  if (!count) return shown?.remove();
  const badge = shown ?? document.createElement("span");
  badge.className = "mk-count";
  const word = document.createElement("span");
  word.className = "sr-only";
  const words = document.getElementById("texts")?.dataset ?? {};
  word.textContent = ` ${count === 1 ? words.unreadOne ?? "" : words.unreadMany ?? ""}`;
  badge.replaceChildren(String(count), word);
  if (!shown) place.append(badge);
}

function show() {
  const total = [...unread.values()].reduce((sum, n) => sum + n, 0);
  for (const link of document.querySelectorAll('.mainmenu a[href="/messages"] > span, .mk-tabbar a[href="/messages"], .s-nav a[href="/messages"]')) {
    numberIn(link, total);
  }
  for (const [room, count] of unread) {
    const place = document.querySelector(`[data-room-line="${room}"] [data-count]`);
    if (place) numberIn(place, count);
  }
}

// `reading(room)` says whether the person has that room before their eyes right now.
export function countUnread(socket, { reading = () => false } = {}) {
  let me;
  socket.on("hello", (told) => {
    me = told.me.id;
    unread.clear();
    told.rooms.forEach((line) => unread.set(line.room, line.unread));
    show();
  });
  socket.on("message:new", (told) => {
    if (told.kind !== "text" || told.sender?.id === me || reading(told.room)) return;
    unread.set(told.room, (unread.get(told.room) ?? 0) + 1);
    show();
  });
  socket.on("room:read", (told) => {
    unread.set(told.room, told.unread);
    show();
  });
}

export function wipeAtSignOut() {
  document.addEventListener("submit", (event) => {
    if (event.target.matches('form[action$="/sign-out"]')) wipe();
  });
}

// For pages that are not about messages: only the numbers, and only while someone looks.
export function startBadge() {
  wipeAtSignOut();
  const begin = () => countUnread(connectLine());
  if (document.visibilityState === "visible") begin();
  else document.addEventListener("visibilitychange", begin, { once: true });
}
