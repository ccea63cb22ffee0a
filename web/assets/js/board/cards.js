// Where the cards are, and the dense view.
export const cardOf = (ref) => document.querySelector(`.fc[data-family="${CSS.escape(ref ?? "")}"]`);

export function focusCard(ref) {
  const button = cardOf(ref)?.querySelector(".main");
  button?.focus();
  return Boolean(button);
}

// The card beside this one: up and down within a group, left and right to the next group, as far down.
export function neighbour(card, key) {
  const column = card.closest("[data-column]");
  const here = [...column.querySelectorAll(".fc")];
  const at = here.indexOf(card);
  if (key === "ArrowUp" || key === "ArrowDown") return here[at + (key === "ArrowDown" ? 1 : -1)];
  const columns = [...document.querySelectorAll("[data-column]")].filter((c) => c.querySelector(".fc"));
  const next = columns[columns.indexOf(column) + (key === "ArrowRight" ? 1 : -1)];
  const there = next ? [...next.querySelectorAll(".fc")] : [];
  return there[Math.min(at, there.length - 1)];
}

const MANY = 12; // more columns than fit: names only, until one asks for more
let dense = null;

export function setUpDense() {
  dense ??= document.querySelectorAll("#columns > section").length > MANY;
  const button = document.getElementById("dense");
  document.body.classList.toggle("dense", dense);
  if (!button) return;
  button.hidden = false;
  button.setAttribute("aria-pressed", String(dense));
  button.onclick = () => {
    dense = !dense;
    setUpDense();
  };
}
