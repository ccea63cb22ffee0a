// Asks before something leaves that may reveal a child: replace and send, or edit oneself.
import { openDialog } from "../page/dialogs.js";
import { MAY_CONFIRM, replaced } from "./guard.js";
import { text } from "./words.js";

function row(words, find) {
  const line = document.getElementById("find").content.firstElementChild.cloneNode(true);
  line.querySelector("del mark").textContent = words;
  line.querySelector("mark.to").textContent = find.by ?? text("becomes");
  line.querySelector(".why").textContent = text(`why${find.kind[0].toUpperCase()}${find.kind.slice(1)}`);
  return line;
}

// Resolves to { body, confirmed } when it may be sent, or to null when the writer edits it.
export function askFirst(body, found) {
  const dialog = document.getElementById("guard");
  const better = replaced(body, found, text("replacement"));
  dialog.querySelector("[data-finds]").replaceChildren(...found.map((f) => row(body.slice(f.start, f.end), f)));
  dialog.querySelector("[data-preview]").textContent = better;
  dialog.querySelector("[data-send-anyway]").hidden = !found.every((f) => MAY_CONFIRM.has(f.kind));
  dialog.returnValue = "";
  openDialog("guard");
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "replace") resolve({ body: better, confirmed: [] });
      else if (dialog.returnValue === "send") resolve({ body, confirmed: [...new Set(found.map((f) => f.kind))] });
      else resolve(null);
    }, { once: true });
  });
}
