// Where the reader is in the log: opens at the unread line, stays put above the end, tells of what is new.
import { text } from "./words.js";

const NEAR = 80;

export function watchPlace({ log, button, onRead }) {
  const end = () => log.scrollHeight - log.clientHeight;
  const atEnd = () => end() - log.scrollTop < NEAR;
  let news = 0;

  const toEnd = () => { log.scrollTop = end(); };

  function show() {
    button.hidden = news === 0;
    button.textContent = `${news === 1 ? text("newerOne") : text("newerMany", { count: news })} ↓`;
  }

  function look() {
    if (!atEnd() || document.visibilityState !== "visible") return;
    news = 0;
    show();
    onRead();
  }

  const line = log.querySelector(".mk-unread");
  if (line) log.scrollTop = Math.max(0, line.offsetTop - 56);
  else toEnd();

  log.addEventListener("scroll", look, { passive: true });
  document.addEventListener("visibilitychange", look);
  button.addEventListener("click", () => { toEnd(); log.focus({ preventScroll: true }); });
  // The keyboard of a phone takes half the page: whoever was at the end stays there.
  let stuck = true;
  log.addEventListener("scroll", () => { stuck = atEnd(); }, { passive: true });
  new ResizeObserver(() => { if (stuck) toEnd(); }).observe(log);

  return {
    toEnd,
    reading: () => atEnd() && document.visibilityState === "visible",
    keepPlace(draw, fresh) {
      const followed = atEnd();
      draw();
      if (followed) toEnd();
      else news += fresh;
      show();
      look();
    },
  };
}
