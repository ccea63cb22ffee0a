// Puts the fresh board in place of the old one, touching only the columns that differ.
export function drawBoard(old, fresh) {
  const columns = old.querySelector("#columns");
  const [left, top] = [columns.scrollLeft, window.scrollY];
  const kept = new Map([...columns.children].map((column) => [column.id, column]));
  const wanted = [...fresh.querySelectorAll("#columns > section")].map((column) => {
    const before = kept.get(column.id);
    return before && before.outerHTML === column.outerHTML ? before : document.adoptNode(column);
  });
  columns.replaceChildren(...wanted);
  for (const part of ["#tray", "#panel", ".bd-tools", ".s-head"]) {
    const [here, there] = [old.querySelector(part), fresh.querySelector(part)];
    if (here && there && here.outerHTML !== there.outerHTML) here.replaceWith(there);
  }
  old.querySelector("[data-clash]")?.remove();
  const clash = fresh.querySelector("[data-clash]");
  if (clash) old.querySelector(".bd-tools").after(clash);
  columns.scrollLeft = left;
  window.scrollTo({ top });
}
