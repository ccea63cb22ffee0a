// The family's own list of names that must not be sent. It is kept on this device and goes nowhere.
import { say } from "../page/status.js";
import { text } from "./words.js";

const key = (me) => `names:${me}`;

export function namesOf(me) {
  try {
    return JSON.parse(localStorage.getItem(key(me)) ?? "[]");
  } catch {
    return [];
  }
}

export function keepNames(me) {
  const dialog = document.getElementById("names");
  const opener = document.querySelector("[data-names-opener]");
  if (!dialog || !opener) return;
  const box = dialog.querySelector("textarea");
  opener.hidden = false;
  opener.addEventListener("click", () => { box.value = namesOf(me).join("\n"); });
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "save") return;
    const names = box.value.split("\n").map((name) => name.trim()).filter(Boolean);
    localStorage.setItem(key(me), JSON.stringify(names));
    say(text("namesSaved"));
  });
}
