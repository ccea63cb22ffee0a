// htmx without eval, without its own style element, and without keeping pages in the browser's storage.
import htmx from "htmx.org";
import { say, toast } from "./status.js";
import { texts } from "./texts.js";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
  scrollIntoViewOnBoost: false,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});

export const csrfToken = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});

for (const failed of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failed, (event) => {
    if (event.detail.elt?.hasAttribute?.("data-waits")) return; // it only asks, and says so itself
    toast(texts.requestFailed, { tone: "error" });
  });
}

// What was focused may be gone after a swap: go on from its successor, else from the nearest heading.
document.addEventListener("htmx:afterSettle", (event) => {
  const target = event.detail.elt;
  const marked = target.querySelector?.("[data-focus]");
  if (marked) marked.focus();
  else if (document.activeElement === document.body) focusNear(target);
  const spoken = target.querySelector?.("[data-say]") ?? (target.matches?.("[data-say]") ? target : null);
  if (spoken) say(spoken.dataset.say);
});

function focusNear(target) {
  const heading = (target.isConnected ? target : document).querySelector("h1, h2, h3") ?? document.querySelector("h1");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus();
}
