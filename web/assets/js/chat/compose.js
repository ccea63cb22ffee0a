// Writing: Enter sends on a keyboard, the button everywhere; the guard is asked before anything leaves.
import { finds } from "./guard.js";
import { askFirst } from "./guarddialog.js";
import { namesOf } from "./names.js";
import { quoteIn } from "./draw.js";
import { text } from "./words.js";

export function startComposing({ form, log, home, onSend }) {
  const box = form.querySelector("textarea");
  const replying = form.querySelector("[data-replying]");
  const touch = matchMedia("(pointer: coarse)").matches;
  let replyTo = null;

  function reply(seq) {
    const quote = quoteIn(log, seq);
    replyTo = quote ? seq : null;
    replying.hidden = !quote;
    if (quote) replying.firstElementChild.textContent = text("replying", { name: quote.name, text: quote.words });
    box.focus();
  }

  function clear() {
    box.value = "";
    sessionStorage.removeItem(`draft:${form.dataset.draft}`);
    replyTo = null;
    replying.hidden = true;
  }

  async function submit() {
    const body = box.value.trim();
    if (!body) return box.focus();
    const found = finds(body, namesOf(home.me));
    const wish = found.length ? await askFirst(body, found) : { body, confirmed: [] };
    if (wish) {
      onSend({ ...wish, reply_to: replyTo });
      clear();
    }
    return box.focus();
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  box.addEventListener("keydown", (event) => {
    // Safari says keyCode 229 for the Enter that ends a composition.
    if (event.key === "Enter" && !event.shiftKey && !touch && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      submit();
    }
    if (event.key === "Escape" && replyTo) reply(null);
  });
  form.querySelector("[data-unreply]").addEventListener("click", () => reply(null));
  log.addEventListener("click", (event) => {
    const button = event.target.closest("[data-reply]");
    if (button) reply(Number(button.dataset.reply));
    const suggestion = event.target.closest("[data-suggest]");
    if (suggestion) { box.value = suggestion.dataset.suggest; box.focus(); }
  });
  document.querySelectorAll("[data-reply], [data-suggest]").forEach((button) => { button.hidden = false; });

  return {
    giveBack(body) { if (!box.value) box.value = body; box.focus(); },
    close(words) {
      const line = document.createElement("p");
      line.className = "mk-closed";
      line.textContent = words;
      form.replaceWith(line);
    },
  };
}
