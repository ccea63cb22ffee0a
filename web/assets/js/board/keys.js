// Keys at the board. Single letters act only while a card has focus (WCAG 2.1.4).
import { focusCard, neighbour } from "./cards.js";

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
    else if (event.key.toLowerCase() === "m") choose(card.dataset.family, { toPanel: true });
    else if (event.key.toLowerCase() === "l") lock(card, send);
  });
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
  const board = document.getElementById("board");
  if (!board.dataset.editable) return;
  const form = document.createElement("form");
  form.method = "post";
  form.action = board.dataset.lock;
  const fields = {
    csrf_token: document.querySelector('meta[name="csrf-token"]').content,
    family: card.dataset.family,
    locked: card.classList.contains("lock") ? "0" : "1",
  };
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement("input");
    [field.type, field.name, field.value] = ["hidden", name, value];
    form.append(field);
  }
  send(form, null, { backTo: card.dataset.family });
}
