// Staff are signed out after a while without a sign of life. Two minutes before, we ask.
import { openDialog } from "./dialogs.js";

const WARN_BEFORE = 120_000;

export function watchSession() {
  const seconds = Number(document.body.dataset.sessionSeconds);
  const dialog = document.getElementById("session-warning");
  if (!seconds || !dialog) return;
  const tabs = new BroadcastChannel("signs-of-life");
  let warn, end;

  function alive({ tell = true } = {}) {
    clearTimeout(warn);
    clearTimeout(end);
    if (dialog.open) dialog.close();
    warn = setTimeout(() => openDialog(dialog.id), seconds * 1000 - WARN_BEFORE);
    end = setTimeout(() => location.reload(), seconds * 1000 + 1000);
    if (tell) tabs.postMessage("alive");
  }

  tabs.addEventListener("message", () => alive({ tell: false }));
  document.addEventListener("htmx:afterRequest", () => alive());
  document.addEventListener("page:alive", () => alive());
  dialog.querySelector("[data-stay]").addEventListener("click", async () => {
    const answer = await fetch(location.pathname, { method: "HEAD" }).catch(() => null);
    if (answer?.ok && !answer.redirected) alive();
    else location.reload();
  });
  alive();
}
