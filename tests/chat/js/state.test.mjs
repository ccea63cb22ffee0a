// What a tab knows of a room must not depend on the order, the doubles or the holes of what it hears.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as state from "../../../web/assets/js/chat/state.js";

function random(seed) {
  let n = seed;
  return (most) => {
    n = (Math.imul(n, 1664525) + 1013904223) >>> 0;
    return n % most;
  };
}

const said = (seq, rev = seq) => ({ seq, rev, cid: `c${seq}`, op: "new", kind: "text", body: `Besked ${seq}` });
const gone = (seq, rev) => ({ ...said(seq, rev), op: "delete", body: null });

// A room's history: messages, and now and then one that is removed; `table` is how the server holds it.
function history(pick, length) {
  const told = [], table = new Map();
  let seq = 0;
  for (let rev = 1; rev <= length; rev += 1) {
    const change = seq && pick(6) === 0 ? gone(1 + pick(seq), rev) : said(seq += 1, rev);
    told.push(change);
    table.set(change.seq, change);
  }
  return { told, table, head: length };
}

function pageAfter({ table, head }, since, limit) {
  const changed = [...table.values()].filter((c) => c.rev > since).sort((a, b) => a.rev - b.rev);
  return { changes: changed.slice(0, limit), head_rev: head, more: changed.length > limit };
}

function shuffled(list, pick) {
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i -= 1) {
    const j = pick(i + 1);
    [copy[i], copy[j]] = [copy[j], copy[i]];
  }
  return copy;
}

test("any order with doubles and holes, then catching up, ends as the server's table", () => {
  for (let seed = 1; seed <= 400; seed += 1) {
    const pick = random(seed);
    const past = history(pick, 1 + pick(30));
    const doubled = past.told.flatMap((c) => [c, ...(pick(3) ? [] : [c])]);
    const heard = shuffled(doubled, pick).filter(() => pick(4) > 0);
    let room = heard.reduce(state.received, state.createRoom());
    assert.ok(room.rev <= past.head);
    let page;
    do {
      page = pageAfter(past, room.rev, 1 + pick(5));
      room = state.caughtUp(room, page);
    } while (page.more);
    assert.equal(room.rev, past.head, `seed ${seed}`);
    assert.equal(state.hasHole(room), false);
    assert.deepEqual(state.inOrder(room), [...past.table.values()].sort((a, b) => a.seq - b.seq));
  }
});

test("hearing everything in any order needs no catching up", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const pick = random(seed);
    const past = history(pick, 1 + pick(20));
    const room = shuffled(past.told, pick).reduce(state.received, state.createRoom());
    assert.equal(room.rev, past.head);
    assert.equal(state.hasHole(room), false);
  }
});

test("a hole is seen until it is filled", () => {
  let room = state.received(state.createRoom({ rev: 4 }), said(6));
  assert.equal(room.rev, 4);
  assert.ok(state.hasHole(room));
  room = state.received(room, said(5));
  assert.equal(room.rev, 6);
  assert.ok(!state.hasHole(room));
});

test("numbers a later member may not see leave no hole behind", () => {
  const room = state.caughtUp(state.createRoom({ rev: 3 }), { changes: [], head_rev: 9, more: false });
  assert.equal(room.rev, 9);
});

test("an older telling never brings a removed message back", () => {
  const room = [gone(1, 5), said(1, 1)].reduce(state.received, state.createRoom());
  assert.equal(room.messages.get(1).op, "delete");
});

const mine = { cid: "a", body: "Hej", at: 1 };

test("the echo of one's own message takes its place, before or after the answer", () => {
  const ack = { seq: 1, rev: 1, ts: "2026-11-22T10:00:00+00:00" };
  const sender = { ref: "me" };
  const echo = { ...said(1), cid: "a", body: "Hej", sender, ts: ack.ts, reply_to: null };
  const start = state.queued(state.createRoom(), mine);
  const one = state.received(state.acknowledged(start, "a", ack, sender), echo);
  const other = state.acknowledged(state.received(start, echo), "a", ack, sender);
  for (const room of [one, other]) {
    assert.deepEqual(room.pending, []);
    assert.equal(state.inOrder(room).length, 1);
    assert.equal(room.rev, 1);
  }
});

test("messages leave one at a time and in the order they were written", () => {
  let room = state.queued(state.queued(state.createRoom(), mine), { ...mine, cid: "b" });
  assert.equal(state.nextToSend(room).cid, "a");
  room = state.marked(room, "a", "sending");
  assert.equal(state.nextToSend(room), null);
  room = state.again(room);
  assert.equal(state.nextToSend(room).cid, "a");
  room = state.marked(room, "a", "failed");
  assert.equal(state.nextToSend(room).cid, "b");
});

test("a message is queued once, and not at all when the server has it", () => {
  let room = state.queued(state.queued(state.createRoom(), mine), mine);
  assert.equal(room.pending.length, 1);
  room = state.queued(state.received(state.createRoom(), { ...said(1), cid: "a" }), mine);
  assert.equal(room.pending.length, 0);
});

test("a change leaves the state it came from as it was", () => {
  const room = Object.freeze(state.queued(state.createRoom(), mine));
  state.received(room, { ...said(1), cid: "a" });
  assert.equal(room.pending.length, 1);
  assert.equal(room.messages.size, 0);
});
