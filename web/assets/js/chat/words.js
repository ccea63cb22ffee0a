// Sentences, icons and dates of the chat. The sentences come from the template, already translated.
const found = document.getElementById("chat-texts")?.dataset ?? {};
const danish = document.documentElement.lang.startsWith("da");
const ZONE = { timeZone: "Europe/Copenhagen" };

export function text(name, values = {}) {
  return Object.entries(values).reduce((words, [key, value]) => words.replaceAll(`{${key}}`, value), found[name] ?? "");
}

export function icon(name) {
  const drawn = document.getElementById("chat-icons")?.content.querySelector(`[data-icon="${name}"]`)?.firstElementChild;
  return drawn ? drawn.cloneNode(true) : document.createTextNode("");
}

export function clock(moment) {
  const words = new Intl.DateTimeFormat("en-GB", { ...ZONE, hour: "2-digit", minute: "2-digit" }).format(moment);
  return danish ? words.replace(":", ".") : words;
}

export const dayOf = (moment) => new Intl.DateTimeFormat("sv-SE", ZONE).format(moment);

export function dayHeading(day) {
  const now = Date.now();
  if (day === dayOf(now)) return text("today");
  if (day === dayOf(now - 86_400_000)) return text("yesterday");
  const noon = new Date(`${day}T12:00:00Z`);
  const parts = { ...ZONE, weekday: "long", day: "numeric", month: "long" };
  const words = new Intl.DateTimeFormat(danish ? "da" : "en-GB", parts).format(noon);
  return words[0].toUpperCase() + words.slice(1);
}

export const role = (code) => (code ? found[code] ?? "" : "");
export const noticeOf = (notice) => (notice ? notice[danish ? "da" : "en"] : "");
