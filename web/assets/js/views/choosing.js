// Chooses a family in the picture or the table: marks it at once, then fetches what the panel says of it.
import { toast } from "../page/status.js";
import { texts } from "../page/texts.js";

export function setUpChoosing(view, picture) {
  let chosen = view.dataset.chosen;
  let asked = 0;

  async function choose(ref, { back } = {}) {
    chosen = ref === chosen ? "" : ref;
    view.dataset.chosen = chosen;
    mark(picture, chosen);
    const url = new URL(window.location.href);
    if (chosen) url.searchParams.set("f", chosen);
    else url.searchParams.delete("f");
    window.history.replaceState(null, "", url);
    for (const field of document.querySelectorAll('[data-step] [name="f"]')) field.value = chosen;
    await fill(url);
    back?.focus();
  }

  async function fill(url) {
    const mine = ++asked;
    const part = new URL(url);
    part.searchParams.set("part", "family");
    try {
      const answer = await fetch(part, { headers: { Accept: "text/html" }, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const html = await answer.text();
      if (mine !== asked) return; // a later choice is on its way
      const fresh = new DOMParser().parseFromString(html, "text/html");
      document.getElementById("who").replaceChildren(...fresh.body.childNodes);
    } catch {
      toast(texts.requestFailed, { tone: "error" });
    }
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-choose]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const ref = link.dataset.choose;
    choose(ref || chosen, { back: ref ? link : discOf(picture, chosen) });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen) choose(chosen, { back: discOf(picture, chosen) });
  });
  return choose;
}

function discOf(picture, ref) {
  return picture?.querySelector(`.fd[tabindex][data-family="${CSS.escape(ref)}"]`);
}

function mark(picture, ref) {
  if (!picture) return;
  for (const part of picture.querySelectorAll("[data-family]")) {
    part.classList.toggle("on", Boolean(ref) && part.dataset.family === ref);
    if (part.getAttribute("role") === "button") part.setAttribute("aria-pressed", String(part.dataset.family === ref));
  }
  for (const line of picture.querySelectorAll(".edge")) {
    const touches = line.dataset.a === ref || line.dataset.b === ref;
    line.classList.toggle("on", Boolean(ref) && touches);
    line.classList.toggle("off", Boolean(ref) && !touches);
  }
}
