// Two at one board: who looks where, and fresh columns when a colleague has done something.
// Without this line everything still works; one then sees what others did with one's own next step.
import { io } from "socket.io-client";
import { lookAt } from "./exchange.js";

const SAY_AGAIN = 20_000;
const FORGET = 50_000;
const TRY_AGAIN = 2_000;
const FINAL = new Set(["forbidden", "login", "csrf", "version", "malformed"]);
const others = new Map(); // seat -> {name, initials, disc, group, letter, at}
let said = "";

const texts = () => document.getElementById("board-texts").dataset;
const board = () => document.getElementById("board");

export function startLive({ refresh }) {
  const socket = io("/board", {
    transports: ["websocket"],
    autoConnect: false,
    reconnectionDelay: 500,
    reconnectionDelayMax: 30_000,
    randomizationFactor: 1,
    auth: (give) => give({ v: 1, csrf: document.querySelector('meta[name="csrf-token"]')?.content }),
  });
  let group = null;
  const look = async () => {
    if (!socket.connected) return;
    const content = { draft: board().dataset.draft, group };
    const answer = await socket.timeout(10_000).emitWithAck("draft:look", content).catch(() => null);
    if (answer?.ok) refresh(answer.version);
    else if (!FINAL.has(answer?.error?.code)) setTimeout(look, TRY_AGAIN);
  };
  socket.on("connect", look);
  // A refusal at the door is not tried again by itself; a busy server is.
  socket.on("connect_error", ({ data }) => {
    if (data && !FINAL.has(data.code)) setTimeout(() => socket.connect(), TRY_AGAIN);
  });
  socket.on("draft:changed", ({ version }) => refresh(version));
  socket.on("draft:seen", (seen) => {
    others.set(seen.seat, { ...seen, at: Date.now() });
    show();
    if (seen.new) look(); // who comes later hears from us where we are
  });
  socket.on("draft:left", ({ seat }) => { others.delete(seat); show(); });
  socket.on("disconnect", (why) => { others.clear(); show(); if (why === "io server disconnect") socket.disconnect(); });
  // Said, not left to autoConnect: where the unread numbers came first, the line is theirs, and waits.
  socket.connect();
  setInterval(() => {
    for (const [seat, seen] of others) if (Date.now() - seen.at > FORGET) others.delete(seat);
    show();
    look();
  }, SAY_AGAIN);
  document.addEventListener("focusin", (event) => {
    const column = event.target.closest?.("[data-column]")?.dataset.column;
    if (column === undefined) return;
    lookAt(column);
    const number = column === "tray" ? null : Number(column);
    if (number === group) return;
    group = number;
    look();
  });
}

// Drawn anew after every change: the columns that came do not know who looks at them.
export function show() {
  document.querySelectorAll("[data-eyes]").forEach((mark) => mark.remove());
  const discs = document.getElementById("present-discs");
  const line = document.getElementById("present");
  if (!discs || !line) return;
  const people = new Map([...others.values()].map((seen) => [seen.name, seen]));
  discs.replaceChildren(...[...people.values()].map(disc));
  for (const seen of people.values()) {
    const top = seen.group === null ? null : document.querySelector(`#column-${seen.group} .gtop`);
    if (!top) continue;
    const mark = document.createElement("span");
    mark.dataset.eyes = "";
    const words = document.createElement("span");
    words.className = "sr-only";
    words.textContent = texts().looks.replace("{name}", seen.name);
    mark.append(disc(seen), words);
    top.prepend(mark);
  }
  sentence(line, [...people.values()]);
}

// Said once, politely: the sentence for the eye follows where a colleague looks, the ear hears who came.
function sentence(line, people) {
  const names = people.map((seen) => seen.name).join(", ");
  const [first] = people;
  let text = "";
  if (people.length === 1 && first.letter) text = texts().oneAt.replace("{letter}", first.letter);
  else if (people.length === 1) text = texts().one;
  else if (people.length) text = texts().many;
  text = text.replace("{names}", names).replace("{name}", first?.name ?? "");
  line.setAttribute("aria-live", names === said ? "off" : "polite");
  said = names;
  if (line.textContent !== text) line.textContent = text;
}

function disc(seen) {
  const mark = document.createElement("span");
  mark.className = `mk-disc mk-disc--s mk-disc--${seen.disc}`;
  mark.setAttribute("aria-hidden", "true");
  mark.textContent = seen.initials;
  return mark;
}
