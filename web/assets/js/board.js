// The board of a draft: answers without loading the page anew, keys, and focus that stays where one works.
// Every change is a form or a link of the page itself; without this script they do the same.
import { fetchBoard, postForm } from "./board/exchange.js";
import { drawBoard } from "./board/draw.js";
import { listenToKeys } from "./board/keys.js";
import { focusCard, setUpDense } from "./board/cards.js";
import { say, toast } from "./page/status.js";
import { texts } from "./page/texts.js";

const page = () => document.getElementById("board-page");
let working = false;
let last = Promise.resolve();

async function answer(ask, { then } = {}) {
  working = true;
  try {
    const { board, said, left } = await ask();
    if (left) return window.location.assign(left);
    drawBoard(page(), board);
    setUpDense();
    if (said) say(said);
    then?.();
  } catch {
    toast(texts.requestFailed, { tone: "error" });
  } finally {
    working = false;
  }
}

export function choose(ref, { toPanel = false } = {}) {
  const url = new URL(document.getElementById("board").dataset.board, window.location.href);
  if (ref) url.searchParams.set("f", ref);
  const show = () => answer(() => fetchBoard(url), {
    then() {
      window.history.replaceState(null, "", url);
      if (toPanel && ref) document.getElementById("panel-title")?.focus();
    },
  });
  last = last.then(show);
  return last;
}

export async function send(form, submitter, { backTo } = {}) {
  if (working) return; // one change at a time: a held-down key must not send two
  const family = backTo ?? new FormData(form).get("family");
  last = answer(() => postForm(form, submitter), {
    then() {
      if (form.dataset.step) focusStep(form.dataset.step);
      else if (!focusCard(family)) document.getElementById("panel-title")?.focus();
    },
  });
  await last;
}

function focusStep(step) {
  const button = document.querySelector(`[data-step="${step}"] button`);
  if (button && !button.disabled) button.focus();
  else document.getElementById("columns")?.focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!page()?.contains(form)) return;
  const button = event.submitter;
  if (form.id === "pick") {
    event.preventDefault();
    const again = button.getAttribute("aria-pressed") === "true";
    choose(again ? null : button.value, { toPanel: button.classList.contains("mv") })
      .then(() => again && focusCard(button.value));
  } else if (button?.getAttribute("aria-disabled") === "true") {
    event.preventDefault();
    say(button.textContent.trim());
  } else if (form.querySelector('[name="group"]')) {
    event.preventDefault();
    const number = form.querySelector('[name="group"]').value;
    send(form, button).then(() => document.querySelector(`#column-${number} .lg`)?.focus());
  } else if (!form.querySelector('[name="version"]')) {
    event.preventDefault();
    send(form, button);
  }
});

document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close-panel]");
  if (!close) return;
  event.preventDefault();
  const chosen = document.querySelector(".fc.sel")?.dataset.family;
  choose(null).then(() => focusCard(chosen));
});

listenToKeys({ choose, send });
setUpDense();
