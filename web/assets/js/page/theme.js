// Light or dark at once; the server keeps the choice for the next page.
import { csrfToken } from "./htmx.js";
import { say } from "./status.js";
import { texts } from "./texts.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest('form[data-preferences] button[name="theme"]');
  if (!button) return;
  event.preventDefault();
  const root = document.documentElement;
  if (button.value === "system") delete root.dataset.theme;
  else root.dataset.theme = button.value;
  for (const other of button.form.querySelectorAll('button[name="theme"]')) {
    other.setAttribute("aria-pressed", String(other === button));
  }
  const answer = await fetch(button.form.action, {
    method: "POST",
    body: new URLSearchParams({ theme: button.value }),
    headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" },
  }).catch(() => null);
  if (answer?.ok) say(texts.themeSaved);
});
