// The board of a draft: answers without loading the page anew, keys, and focus that stays where one works.
// Every change is a form or a link of the page itself; without this script they do the same.
import { fetchBoard, postForm } from "./board/exchange.js";
import { drawBoard, markChosen } from "./board/draw.js";
import { listenToKeys, setUpKeys } from "./board/keys.js";
import { cardOf, focusCard, setUpDense } from "./board/cards.js";
import { isDragging, setUpDrag } from "./board/drag.js";
import { show, startLive } from "./board/live.js";
import { say, toast } from "./page/status.js";
import { texts } from "./page/texts.js";

const page = () => document.getElementById("board-page");
let working = false;
let last = Promise.resolve();
let asked = 0;
let leaving = false; // on the way to another page: what is told meanwhile must not lead elsewhere

async function answer(ask, { then, quiet = false } = {}) {
  working = true;
  const turn = ++asked;
  try {
    const { board, said, left } = await ask();
    if (left) return leave(left);
    if (quiet && turn !== asked) return; // something newer is on its way
    const focused = drawBoard(page(), board);
    markChosen(new URL(window.location.href).searchParams.get("f"));
    setUpDense();
    setUpKeys();
    show();
    if (focused && !document.activeElement?.closest?.(".fc, #panel")) focusCard(focused);
    if (said) say(said);
    then?.();
  } catch {
    if (!quiet) toast(texts.requestFailed, { tone: "error" });
  } finally {
    if (turn === asked) working = false;
  }
}

// Led away once: asking for that page again breaks off the first, and with it what it says only once.
function leave(left) {
  leaving = true;
  window.location.assign(left);
}

function here(ref) {
  const url = new URL(document.getElementById("board").dataset.board, window.location.href);
  if (ref) url.searchParams.set("f", ref);
  return url;
}

export function choose(ref, { toPanel = false } = {}) {
  markChosen(ref);
  const url = here(ref);
  window.history.replaceState(null, "", url);
  const show = () => answer(() => fetchBoard(url), {
    then() {
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

// A colleague did something: the columns that it touched come anew, without a word unless we were there.
function refresh(version) {
  if (leaving || Number(version) <= Number(page().dataset.version)) return;
  if (isDragging()) return void setTimeout(() => refresh(version), 500);
  last = last.then(() => {
    if (leaving || Number(version) <= Number(page().dataset.version)) return;
    const ref = new URL(window.location.href).searchParams.get("f");
    return answer(() => fetchBoard(here(ref)), {
      quiet: true,
      then() {
        const note = document.querySelector("[data-overlap] p");
        if (note) say(note.textContent.replace(/\s+/g, " ").trim());
      },
    });
  });
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
  if (button?.hasAttribute("data-leaves") || !new URL(form.action).pathname.includes("/board")) {
    leaving = true;
    return;
  }
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
  } else {
    event.preventDefault();
    send(form, button);
    form.closest("[data-overlap]")?.remove();
  }
});

document.addEventListener("click", (event) => {
  const there = event.target.closest("[data-show]")?.dataset.show;
  if (there && page()?.contains(event.target)) {
    event.preventDefault();
    choose(there).then(() => focusCard(there));
    cardOf(there)?.scrollIntoView({ block: "nearest", inline: "nearest" });
    return;
  }
  const close = event.target.closest("[data-close-panel]");
  if (!close) return;
  event.preventDefault();
  const chosen = document.querySelector(".fc.sel")?.dataset.family;
  choose(null).then(() => focusCard(chosen));
});

window.addEventListener("pageshow", () => { leaving = false; }); // back again from where one went
listenToKeys({ choose, send });
setUpDense();
setUpKeys();
setUpDrag({ send });
startLive({ refresh });
// The first question about a large pool takes the server a moment: ask it before anyone waits for it.
(window.requestIdleCallback ?? setTimeout)(() => {
  const first = document.querySelector(".fc")?.dataset.family;
  const { targets } = document.getElementById("board").dataset;
  if (first && page().dataset.editable) fetch(`${targets}?f=${first}`, { credentials: "same-origin" }).catch(() => {});
});
