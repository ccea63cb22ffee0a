// What a tab knows of one room, and how it changes. Pure: no page, no net, no clock.
//
// Every change in a room has a number (rev). We hold the highest one before the first hole; numbers
// beyond a hole are kept apart. Live events are hints: a hole means asking the server for what is missing.

export function createRoom({ rev = 0, messages = [] } = {}) {
  return { rev, ahead: new Set(), messages: new Map(messages.map((m) => [m.seq, m])), pending: [] };
}

// A message as the server tells it, live or from a page of changes. An older telling never wins.
function put(room, change) {
  const known = room.messages.get(change.seq);
  if (known && known.rev >= change.rev) return room;
  const messages = new Map(room.messages);
  messages.set(change.seq, change);
  return { ...room, messages, pending: room.pending.filter((p) => p.cid !== change.cid) };
}

function count(room, rev) {
  if (rev <= room.rev || room.ahead.has(rev)) return room;
  return closeUp({ ...room, ahead: new Set(room.ahead).add(rev) });
}

function closeUp(room) {
  let { rev } = room;
  while (room.ahead.has(rev + 1)) rev += 1;
  return { ...room, rev, ahead: new Set([...room.ahead].filter((n) => n > rev)) };
}

export function received(room, change) {
  return count(put(room, change), change.rev);
}

// A page holds every change the person may see up to its last one, so no hole is left behind it.
export function caughtUp(room, { changes, head_rev: head, more }) {
  const filled = changes.reduce(put, room);
  const upto = more ? changes.at(-1)?.rev ?? room.rev : head;
  return closeUp({ ...filled, rev: Math.max(room.rev, upto) });
}

export const hasHole = (room) => room.ahead.size > 0;
export const isBehind = (room, head) => head > room.rev;

// One's own messages on their way: waiting, sending, failed. The order is the order of writing.
export function queued(room, message) {
  const known = room.pending.some((p) => p.cid === message.cid) || isKnown(room, message.cid);
  return known ? room : { ...room, pending: [...room.pending, { state: "waiting", ...message }] };
}

export function marked(room, cid, state, problem = null) {
  const pending = room.pending.map((p) => (p.cid === cid ? { ...p, state, problem } : p));
  return { ...room, pending };
}

export function dropped(room, cid) {
  return { ...room, pending: room.pending.filter((p) => p.cid !== cid) };
}

// The answer to a send is a telling too: stored, with these numbers.
export function acknowledged(room, cid, ack, sender) {
  const sent = room.pending.find((p) => p.cid === cid);
  if (!sent) return count(room, ack.rev);
  return received(room, {
    seq: ack.seq, rev: ack.rev, cid, op: "new", kind: "text", body: sent.body,
    reply_to: sent.reply_to ?? null, ts: ack.ts, sender,
  });
}

export const isKnown = (room, cid) => [...room.messages.values()].some((m) => m.cid === cid);

// The next message to send: one at a time, so that the order stays the writer's.
export function nextToSend(room) {
  const first = room.pending.find((p) => p.state !== "failed");
  return first?.state === "waiting" ? first : null;
}

export function again(room) {
  const pending = room.pending.map((p) => (p.state === "sending" ? { ...p, state: "waiting" } : p));
  return { ...room, pending };
}

export function inOrder(room) {
  return [...room.messages.values()].sort((a, b) => a.seq - b.seq);
}
