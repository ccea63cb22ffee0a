// Keys at the board. Single letters act only while a card has focus, and can be switched off (WCAG 2.1.4).
import { focusCard, neighbour } from "./cards.js";
import { formOf } from "./exchange.js";

const KEPT = "board-keys";
let letters = localStorage.getItem(KEPT) !== "off";

export function listenToKeys({ choose, send }) {
  document.addEventListener("keydown", (event) => {
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      event.preventDefault();
      step(event.shiftKey ? "redo" : "undo", send);
      return;
    }
    const chosen = document.querySelector(".fc.sel");
    if (event.key === "Escape" && chosen) {
      choose(null).then(() => focusCard(chosen.dataset.family));
      return;
    }
    const card = event.target.closest?.(".fc");
    if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow")) walk(event, card);
    else if (letters && event.key.toLowerCase() === "m") choose(card.dataset.family, { toPanel: true });
    else if (letters && event.key.toLowerCase() === "l") lock(card, send);
  });
}

// The switch stands in the panel, which is drawn anew again and again.
export function setUpKeys() {
  const button = document.getElementById("keys");
  if (!button) return;
  button.hidden = false;
  button.setAttribute("aria-pressed", String(letters));
  button.onclick = () => {
    letters = !letters;
    localStorage.setItem(KEPT, letters ? "on" : "off");
    setUpKeys();
  };
}

function walk(event, card) {
  const next = neighbour(card, event.key);
  event.preventDefault();
  next?.querySelector(".main").focus();
}

function step(what, send) {
  const form = document.querySelector(`[data-step="${what}"]`);
  const button = form?.querySelector("button");
  if (!button || button.disabled) return;
  const family = document.activeElement?.closest?.(".fc")?.dataset.family;
  send(form, button, { backTo: family }).then(() => family && focusCard(family));
}

function lock(card, send) {
  if (!document.getElementById("board-page").dataset.editable) return;
  const locked = card.classList.contains("lock") ? "0" : "1";
  const family = card.dataset.family;
  send(formOf(document.getElementById("board").dataset.lock, { family, locked }), null, { backTo: family });
}
