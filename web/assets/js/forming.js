// While groups are formed: when the server cannot be reached, the page says so and keeps asking.
function show(lost) {
  const note = document.querySelector("[data-line-lost]");
  if (note) note.hidden = !lost;
}
const waits = (event) => event.detail.elt?.hasAttribute?.("data-waits");

for (const fault of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(fault, (event) => waits(event) && show(true));
}
document.addEventListener("htmx:afterOnLoad", (event) => waits(event) && show(false));
