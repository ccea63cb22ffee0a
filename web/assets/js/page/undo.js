// A line with "Fortryd" stays 8 seconds, and longer for as long as someone is at it.
export function holdWhileUsed(line, lasts = 8000) {
  let timer;
  const stop = () => clearTimeout(timer);
  const start = () => {
    stop();
    timer = setTimeout(() => line.remove(), lasts);
  };
  line.addEventListener("pointerenter", stop);
  line.addEventListener("focusin", stop);
  line.addEventListener("pointerleave", () => { if (!line.contains(document.activeElement)) start(); });
  line.addEventListener("focusout", () => { if (!line.matches(":hover")) start(); });
  start();
}

function gather(part) {
  part.querySelectorAll("[data-undo]").forEach((line) => {
    document.getElementById("toasts")?.append(line);
    holdWhileUsed(line);
  });
}

gather(document);
document.addEventListener("htmx:load", (event) => gather(event.detail.elt));
