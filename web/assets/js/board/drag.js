// Dragging a card with a mouse or pen: what each column would mean is painted on all of them.
// On touch a finger scrolls; there the menu of the card does the same.
import { formOf } from "./exchange.js";
import { say } from "../page/status.js";

const FAR_ENOUGH = 6; // px before a press is a drag
const EDGE = 70; // px from the side of the board where it begins to scroll
const STEP = 18;
const texts = () => document.getElementById("board-texts").dataset;

let held = null; // {card, family, from, x, y, lift, targets}
let justDragged = false;

export function setUpDrag({ send }) {
  const board = document.getElementById("board");
  if (!document.getElementById("board-page")?.dataset.editable) return;
  board.addEventListener("pointerdown", (event) => {
    const card = event.target.closest(".fc");
    justDragged = false;
    if (!card || event.button !== 0 || event.pointerType === "touch") return;
    if (event.target.closest(".mv") || card.classList.contains("lock")) return;
    held = { card, family: card.dataset.family, from: card.dataset.group, x: event.clientX, y: event.clientY };
  });
  document.addEventListener("pointermove", (event) => held && follow(event));
  document.addEventListener("pointerup", (event) => held && drop(event, send));
  document.addEventListener("pointercancel", letGo);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !held?.lift) return;
    event.stopImmediatePropagation();
    letGo();
  }, true);
  // The click that follows a drag chooses nobody.
  document.addEventListener("click", (event) => {
    if (!justDragged) return;
    justDragged = false;
    event.preventDefault();
    event.stopPropagation();
  }, true);
}

export const isDragging = () => Boolean(held?.lift);

function follow(event) {
  if (!held.lift) {
    if (Math.hypot(event.clientX - held.x, event.clientY - held.y) < FAR_ENOUGH) return;
    lift();
  }
  event.preventDefault();
  held.at = { x: event.clientX, y: event.clientY };
  held.frame ??= requestAnimationFrame(paint);
}

function paint() {
  if (!held?.lift) return;
  held.frame = null;
  const { x, y } = held.at;
  held.lift.style.transform = `translate(${x - held.dx}px, ${y - held.dy}px)${held.still ? "" : " rotate(-2deg)"}`;
  const column = document.elementFromPoint(x, y)?.closest("[data-column]");
  if (column !== held.over) {
    held.over?.classList.remove("over");
    column?.classList.add("over");
    held.over = column;
  }
  const area = document.getElementById("columns");
  const box = area.getBoundingClientRect();
  const pull = x > box.right - EDGE ? STEP : x < box.left + EDGE ? -STEP : 0;
  if (pull && y > box.top && y < box.bottom) area.scrollLeft += pull;
  const down = y > innerHeight - EDGE ? STEP : y < EDGE ? -STEP : 0;
  if (down) window.scrollBy(0, down);
  if (pull || down) held.frame = requestAnimationFrame(paint);
}

function lift() {
  const box = held.card.getBoundingClientRect();
  const copy = held.card.cloneNode(true);
  copy.className = "fc lift";
  copy.setAttribute("aria-hidden", "true");
  copy.querySelectorAll("button").forEach((button) => { button.tabIndex = -1; });
  copy.style.width = `${box.width}px`;
  held.still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  Object.assign(held, { lift: copy, dx: held.x - box.left, dy: held.y - box.top });
  document.body.append(copy);
  document.body.classList.add("dragging");
  held.card.classList.add("ghost");
  ask(held);
}

async function ask(mine) {
  const url = new URL(document.getElementById("board").dataset.targets, window.location.href);
  url.searchParams.set("f", mine.family);
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    const { targets } = await answer.json();
    if (held !== mine) return;
    mine.targets = new Map(targets.map((target) => [target.value, target]));
    for (const column of document.querySelectorAll("[data-column]")) paintTarget(column, mine);
  } catch {
    // The consequence is missing; the drop itself is asked of the server as always.
  }
}

function paintTarget(column, { targets, from }) {
  const number = column.dataset.column;
  const place = document.createElement("div");
  const target = targets.get(number);
  place.className = "drop";
  if (number === from) place.append(line("span", texts().here));
  else if (!target) return;
  else if (target.refusal) {
    place.classList.add("no");
    place.append(line("b", texts().refused), line("span", target.refusal));
  } else {
    if (target.change > 0) place.classList.add("up");
    const sign = target.change > 0 ? "+" : target.change < 0 ? "−" : "±";
    const scores = target.scores ? `${target.letter}: ${target.scores}` : texts().tray;
    place.append(line("b", sign + Math.abs(target.change)), line("span", scores));
    for (const note of target.notes) place.append(line("span", note));
  }
  (column.querySelector(".gtop") ?? column).append(place);
}

function line(kind, text) {
  const element = document.createElement(kind);
  element.textContent = text;
  return element;
}

function drop(event, send) {
  const { lift: dragged, over, family, from, targets } = held;
  letGo();
  if (!dragged) return;
  justDragged = true;
  setTimeout(() => { justDragged = false; });
  const to = over?.dataset.column;
  if (to === undefined || to === from) return;
  const refusal = targets?.get(to)?.refusal;
  if (refusal) return say(`${texts().refused}: ${refusal}`);
  const action = document.getElementById("board").dataset.move;
  send(formOf(action, { family, from, to }), null, { backTo: family });
}

function letGo() {
  if (!held) return;
  cancelAnimationFrame(held.frame);
  held.lift?.remove();
  held.card.classList.remove("ghost");
  held.over?.classList.remove("over");
  document.querySelectorAll(".drop").forEach((place) => place.remove());
  document.body.classList.remove("dragging");
  held = null;
}
