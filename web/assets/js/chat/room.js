// One open room: keeps what the tab knows (state.js), draws it, sends, and asks for what it missed.
import { say } from "../page/status.js";
import * as state from "./state.js";
import * as outbox from "./outbox.js";
import { onItsWay, place, stored } from "./draw.js";
import { ask } from "./line.js";
import { text } from "./words.js";

const HOLE_PATIENCE = 250;
const TRY_AGAIN_LATER = new Set(["rate", "busy"]);

export function openRoom({ conversation, log, home, view, socket }) {
  let room = state.createRoom({
    rev: Number(conversation.dataset.headRev),
    messages: [...log.querySelectorAll("[data-seq]")].map((element) => ({
      seq: Number(element.dataset.seq), rev: 0, cid: element.dataset.cid, drawn: true,
    })),
  });
  let me = null, asking = null, attempt = 0, closed = !home.mayWrite, composer = null;

  // ── drawing ──
  function change(next) {
    const before = room;
    room = next;
    const news = state.inOrder(room).filter((m) => !m.drawn && before.messages.get(m.seq) !== m);
    view.keepPlace(() => {
      for (const message of news) {
        const known = log.querySelector(`[data-seq="${message.seq}"], [data-pending="${CSS.escape(message.cid)}"]`);
        const element = stored(log, home, message, known?.matches("article") ? known : undefined);
        if (known && known !== element) known.remove();
        place(log, element, message);
      }
      drawPending();
      if (room.messages.size || room.pending.length) log.querySelector("[data-empty]")?.remove();
    }, news.filter((m) => m.sender?.id !== home.me && m.kind === "text" && !before.messages.has(m.seq)).length);
  }

  function drawPending() {
    const end = log.querySelector("[data-end]");
    for (const shown of log.querySelectorAll("[data-pending]")) {
      if (!room.pending.some((p) => p.cid === shown.dataset.pending)) shown.remove();
    }
    for (const message of room.pending) {
      const known = log.querySelector(`[data-pending="${CSS.escape(message.cid)}"]`);
      const sign = `${message.state}${message.problem ?? ""}${socket.connected}`;
      if (known?.dataset.sign === sign) continue;
      const element = onItsWay(log, message, socket, known ?? undefined);
      element.dataset.sign = sign;
      if (!known) log.insertBefore(element, end);
    }
  }

  // ── what was missed ──
  async function catchUp() {
    asking ??= (async () => {
      let more = true;
      while (more && socket.connected) {
        const page = await ask(socket, "room:catchup", { room: home.room, since_rev: room.rev, limit: 200 });
        if (!page.ok) return page.error.retry_after ? void setTimeout(catchUp, page.error.retry_after * 1000) : undefined;
        change(state.caughtUp(room, page));
        more = page.more;
      }
    })().finally(() => { asking = null; });
    return asking;
  }

  function hint(told) {
    change(state.received(room, told));
    if (state.hasHole(room)) setTimeout(() => { if (state.hasHole(room)) catchUp(); }, HOLE_PATIENCE);
  }

  function heads(all) {
    if (state.isBehind(room, all[home.room] ?? 0)) catchUp();
  }

  // ── sending ──
  async function flush() {
    const message = closed ? null : state.nextToSend(room);
    if (!message || !socket.connected) return;
    attempt += 1;
    const mine = attempt;
    change(state.marked(room, message.cid, "sending"));
    const { cid, body, reply_to, confirmed } = message;
    const answer = await ask(socket, "message:send", { room: home.room, cid, body, reply_to, confirmed });
    if (mine === attempt) settle(message, answer);
    flush();
  }

  function settle(message, answer) {
    const { cid } = message;
    if (answer.ok) {
      outbox.forget(cid);
      change(state.acknowledged(room, cid, answer, me));
      document.dispatchEvent(new Event("page:alive"));
      return;
    }
    const { code, message: words, retry_after: wait } = answer.error;
    if (TRY_AGAIN_LATER.has(code)) {
      setTimeout(() => { change(state.marked(room, cid, "waiting")); flush(); }, (wait ?? 1) * 1000);
    } else if (code === "sensitive") {
      outbox.forget(cid);
      change(state.dropped(room, cid));
      composer?.giveBack(message.body);
      say(words);
    } else {
      change(state.marked(room, cid, "failed", code === "silence" ? null : words));
    }
  }

  async function send(wish) {
    const message = { cid: crypto.randomUUID(), me: home.me, room: home.room, at: Date.now(), ...wish };
    change(state.queued(room, message));
    view.toEnd();
    await outbox.keep(message);
    flush();
  }

  log.addEventListener("click", (event) => {
    const cid = event.target.closest("[data-pending]")?.dataset.pending;
    if (event.target.closest("[data-retry]")) { change(state.marked(room, cid, "waiting")); flush(); }
    if (event.target.closest("[data-drop]")) { outbox.forget(cid); change(state.dropped(room, cid)); }
  });

  // ── the line ──
  socket.on("message:new", (told) => { if (told.room === home.room) hint(told); });
  socket.on("message:changed", (told) => { if (told.room === home.room) hint(told); });
  socket.on("room:head", (told) => heads(told.heads));
  socket.on("room:closed", (told) => {
    if (told.room !== home.room) return;
    closed = true;
    composer?.close(text("closed"));
  });
  socket.on("disconnect", () => { attempt += 1; change(state.again(room)); });
  socket.on("hello", async (told) => {
    me = told.me;
    heads(Object.fromEntries(told.rooms.map((line) => [line.room, line.head_rev])));
    await asking;
    // What had no answer before the drop goes again under its first cid; the server knows it by that.
    room.pending.filter((p) => p.state === "failed" && !p.problem).forEach((p) => change(state.marked(room, p.cid, "waiting")));
    flush();
  });
  document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState !== "visible" || !socket.connected) return;
    const answer = await ask(socket, "room:head", {});
    if (answer.ok) heads(answer.heads);
  });
  outbox.kept({ me: home.me, room: home.room }).then((messages) => {
    for (const message of messages) {
      if (state.isKnown(room, message.cid)) outbox.forget(message.cid);
      else change(state.queued(room, message));
    }
    flush();
  });

  return {
    send,
    useComposer(made) { composer = made; },
    last: () => Math.max(0, ...room.messages.keys()),
    waiting: () => room.pending.length,
    end(words) { closed = true; composer?.close(words); },
  };
}
