// What every page gets from a script. Each page also works without it.
import { init as initDesignSystem } from "dkfds";
import "./page/htmx.js";
import "./page/dialogs.js";
import "./page/forms.js";
import "./page/undo.js";
import "./page/theme.js";
import { startDrafts } from "./page/drafts.js";
import { watchConnection } from "./page/connection.js";
import { watchSession } from "./page/session.js";

initDesignSystem();
document.querySelector("[data-focus]")?.focus();
startDrafts();
watchConnection();
watchSession();
