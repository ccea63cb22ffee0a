// The socket: one per tab, signed in by the page's cookie and token, back after every drop.
import { io } from "socket.io-client";

const ANSWER_WITHIN = 10_000;

export function connectLine({ cursors = () => ({}) } = {}) {
  const socket = io("/chat", {
    transports: ["websocket"],
    autoConnect: false,
    reconnectionDelay: 500,
    reconnectionDelayMax: 30_000,
    randomizationFactor: 1,
    auth: (give) => give({
      v: 1,
      csrf: document.querySelector('meta[name="csrf-token"]')?.content,
      tab: crypto.randomUUID(),
      cursors: cursors(),
    }),
  });
  // The server ends a connection when the sign-in ends; after a restart it just comes back.
  let ended = false;
  socket.on("session:end", (told) => { ended ||= !told.room; });
  socket.on("disconnect", (why) => { if (why === "io server disconnect" && !ended) socket.connect(); });
  window.addEventListener("online", () => { if (!ended && !socket.connected) socket.connect(); });
  socket.connect();
  return socket;
}

// Every question gets an answer: the server's, or {ok: false} with code "silence".
export async function ask(socket, event, content) {
  if (!socket.connected) return { ok: false, error: { code: "silence" } };
  try {
    return await socket.timeout(ANSWER_WITHIN).emitWithAck(event, content);
  } catch {
    return { ok: false, error: { code: "silence" } };
  }
}
