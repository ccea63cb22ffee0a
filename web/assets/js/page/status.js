// Says things: quietly to a screen reader, or in a line at the bottom for everyone.
import { holdWhileUsed } from "./undo.js";

export function say(text) {
  const region = document.getElementById("status");
  if (!region) return;
  region.textContent = "";
  // A region is read when its text changes, so the same sentence twice needs a pause between.
  setTimeout(() => { region.textContent = text; }, 60);
}

// toast("Svaret er gemt") or toast(text, { action: "Fortryd", onAction, lasts: 8000, tone: "error" })
export function toast(text, { action, onAction, lasts = 8000, tone = "" } = {}) {
  const line = document.createElement("div");
  line.className = `mk-undo ${tone && `mk-undo--${tone}`}`;
  line.setAttribute("role", tone === "error" ? "alert" : "status");
  const words = document.createElement("p");
  line.append(words);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-tertiary";
    button.textContent = action;
    button.addEventListener("click", () => { line.remove(); onAction?.(); });
    line.append(button);
  }
  document.getElementById("toasts")?.append(line);
  words.textContent = text;
  holdWhileUsed(line, lasts);
  return line;
}
