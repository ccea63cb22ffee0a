// Puts what differs into the board, touching only those columns, and keeps where one was.
export function drawBoard(old, fresh) {
  const columns = old.querySelector("#columns");
  const [left, top] = [columns.scrollLeft, window.scrollY];
  const focused = document.activeElement?.closest?.(".fc")?.dataset.family;
  for (const number of (fresh.dataset.gone ?? "").split(" ")) {
    if (number) document.getElementById(`column-${number}`)?.remove();
  }
  for (const column of [...fresh.querySelectorAll("#columns > section")]) putColumn(columns, column);
  for (const part of ["#tray", "#panel", "#rings", "#late"]) swap(old.querySelector(part), fresh.querySelector(part));
  putProposal(old.querySelector(".bd-proposal"), fresh.querySelector(".bd-proposal"));
  swapTools(old.querySelector(".bd-tools"), fresh.querySelector(".bd-tools"));
  const approve = [old, fresh].map((where) => where.querySelector("[data-approve]"));
  if (approve[0] && approve[1]) approve[0].href = approve[1].href;
  old.querySelector("[data-clash]")?.remove();
  for (const note of fresh.querySelectorAll("[data-clash], [data-overlap]")) {
    old.querySelector(`[data-overlap="${note.dataset.overlap}"]`)?.remove();
    old.querySelector(".bd-tools").after(note);
  }
  old.dataset.version = fresh.dataset.version;
  columns.scrollLeft = left;
  window.scrollTo({ top });
  return focused;
}

function putColumn(columns, column) {
  const before = document.getElementById(column.id);
  if (before) {
    if (before.outerHTML !== column.outerHTML) before.replaceWith(column);
    return;
  }
  const number = Number(column.dataset.column);
  const next = [...columns.children].find((other) => Number(other.dataset.column) > number);
  columns.insertBefore(column, next ?? null);
}

// It goes when its draft can no longer take it over.
function putProposal(here, there) {
  if (there) swap(here, there);
  else here?.remove();
}

function swap(here, there) {
  if (here && there && here.outerHTML !== there.outerHTML) here.replaceWith(there);
}

// An open menu is left open, with what one has chosen in it.
function swapTools(here, there) {
  if (!here || !there || here.outerHTML === there.outerHTML) return;
  const open = [...here.querySelectorAll("details")].map((menu) => menu.open);
  here.replaceWith(there);
  there.querySelectorAll("details").forEach((menu, i) => { menu.open = open[i] ?? false; });
}

// Which family is chosen is known here at once; the server only fills the panel.
export function markChosen(ref) {
  for (const card of document.querySelectorAll(".fc.sel")) mark(card, false);
  for (const card of document.querySelectorAll(`.fc[data-family="${CSS.escape(ref ?? "")}"]`)) mark(card, true);
}

function mark(card, on) {
  card.classList.toggle("sel", on);
  card.querySelector(".main").setAttribute("aria-pressed", String(on));
}
