// Pages say when there is no net. A chat room says it itself, in its own place.
import { say } from "./status.js";
import { texts } from "./texts.js";

export function watchConnection() {
  const bar = document.getElementById("connection");
  if (!bar || document.body.classList.contains("mk-chatpage")) return;
  const show = () => {
    bar.hidden = navigator.onLine;
    if (!navigator.onLine) say(texts.offline);
  };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
}
