// While groups are formed: when the server cannot be reached, the page says so and keeps asking.
let leaving = false;
const waits = (event) => event.detail.elt?.hasAttribute?.("data-waits");

function show(lost) {
  const note = document.querySelector("[data-line-lost]");
  if (note) note.hidden = !lost;
}

for (const fault of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(fault, (event) => waits(event) && !leaving && show(true));
}
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (!waits(event)) return;
  show(false);
  leaving ||= Boolean(event.detail.xhr.getResponseHeader("HX-Redirect"));
});
// Sent to the board: asking again would begin that journey anew, each second, while it is slow.
document.addEventListener("htmx:beforeRequest", (event) => waits(event) && leaving && event.preventDefault());
