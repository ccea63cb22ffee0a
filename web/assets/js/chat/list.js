// The list of rooms while it is open: the last words and the time of each room.
import { nameOf } from "./draw.js";
import { clock, noticeOf, text } from "./words.js";

export function updateList(socket) {
  let me = null;
  socket.on("hello", (told) => { me = told.me; });
  socket.on("message:new", (told) => {
    const line = document.querySelector(`[data-room-line="${told.room}"]`);
    if (!line) return;
    const name = told.sender?.id === me?.id ? text("you") : nameOf(told.sender, { family: me?.family });
    const words = told.kind === "notice" ? noticeOf(told.notice) : `${name}: ${told.body}`;
    line.querySelector("[data-last]").textContent = words;
    const when = line.querySelector("[data-when]");
    when.dateTime = told.ts;
    when.textContent = clock(new Date(told.ts));
  });
}
