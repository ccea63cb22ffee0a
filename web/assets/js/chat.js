// The pages of conversations: the list of rooms, and a room. Both work without this script.
import { countUnread, wipeAtSignOut } from "./chat/badge.js";
import { startComposing } from "./chat/compose.js";
import { showConnection } from "./chat/connbar.js";
import { loadEarlierOnDemand } from "./chat/history.js";
import { connectLine, ask } from "./chat/line.js";
import { updateList } from "./chat/list.js";
import { keepNames } from "./chat/names.js";
import { wipe } from "./chat/outbox.js";
import { openRoom } from "./chat/room.js";
import { watchPlace } from "./chat/view.js";
import { text } from "./chat/words.js";

const conversation = document.querySelector("[data-conversation]");
const log = conversation?.querySelector("[data-log]");
const socket = connectLine();

wipeAtSignOut();
updateList(socket);
if (log && "latest" in conversation.dataset) startRoom();
else countUnread(socket);
if (log) loadEarlierOnDemand(log);

function startRoom() {
  const home = {
    room: conversation.dataset.room,
    me: conversation.dataset.me,
    family: conversation.dataset.myFamily,
    mayWrite: "mayWrite" in conversation.dataset,
  };
  const bar = showConnection(conversation.querySelector("[data-conn]"), socket);
  let room = null;
  let told = 0;
  const read = () => {
    const seq = room?.last() ?? 0;
    if (seq <= told || !socket.connected) return;
    told = seq;
    ask(socket, "room:read", { room: home.room, seq });
  };
  const view = watchPlace({ log, button: conversation.querySelector("[data-newer]"), onRead: read });
  countUnread(socket, { reading: (ref) => ref === home.room && view.reading() });
  room = openRoom({ conversation, log, home, view, socket });
  socket.on("hello", () => { told = 0; if (view.reading()) read(); });

  const form = conversation.querySelector("[data-compose]");
  if (form) {
    keepNames(home.me);
    room.useComposer(startComposing({ form, log, home, onSend: room.send }));
  }
  conversation.querySelector("[data-reload]").hidden = true;

  const stop = (words) => { bar.stop(words); room.end(words); };
  socket.on("session:end", (end) => {
    if (end.room && end.room !== home.room) return;
    if (!end.room) wipe();
    stop(text(end.room ? "removedFrom" : "ended"));
  });
  socket.on("connect_error", (error) => {
    const code = error.data?.code;
    if (code === "login") stop(text("ended"));
    else if (code) bar.stop(text("old"));
  });
}
