// What every page gets from a script. Each page also works without it.
import { init as initDesignSystem } from "dkfds";
import "./page/htmx.js";
import "./page/dialogs.js";
import "./page/forms.js";
import "./page/undo.js";
import "./page/theme.js";
import { keepAcuteNumbers } from "./page/acute.js";
import { startDrafts } from "./page/drafts.js";
import { watchConnection } from "./page/connection.js";
import { watchSession } from "./page/session.js";

initDesignSystem();
// Pieces that htmx puts in later have their own tables, tips and tabs to wake.
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) initDesignSystem({ scope: event.detail.elt });
});
document.querySelector("[data-focus]")?.focus();
startDrafts();
watchConnection();
watchSession();
keepAcuteNumbers();
// Unread numbers in the menu follow along on every page; pages of conversations do it themselves.
if (document.querySelector('a[href="/messages"]') && !document.querySelector("[data-rooms]")) {
  import("./chat/badge.js").then(({ startBadge }) => startBadge());
}
