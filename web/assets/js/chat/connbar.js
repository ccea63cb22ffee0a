// The bar that says whether what one writes leaves the device. It never says that anything is lost.
import { say } from "../page/status.js";
import { text } from "./words.js";

const PATIENCE = 1500;
const GOOD_NEWS = 5000;
const KINDS = { off: "mk-conn--off", ok: "mk-conn--ok", again: "" };

export function showConnection(bar, socket) {
  let timer, shown = null;

  function set(kind, words) {
    clearTimeout(timer);
    shown = kind;
    bar.hidden = !kind;
    if (!kind) return;
    bar.className = `mk-conn ${KINDS[kind]}`;
    bar.querySelector("span").textContent = words;
    say(words);
  }

  const lost = () => {
    if (!navigator.onLine) set("off", text("offline"));
    else if (!shown) timer = setTimeout(() => set("again", text("again")), PATIENCE);
  };
  socket.on("disconnect", lost);
  window.addEventListener("offline", lost);
  socket.on("connect", () => {
    clearTimeout(timer);
    if (!shown) return;
    set("ok", text("back"));
    timer = setTimeout(() => set(null), GOOD_NEWS);
  });
  if (!navigator.onLine) lost();
  return { stop: (words) => { set("off", words); socket.off("disconnect", lost); } };
}
