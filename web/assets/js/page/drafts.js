// <form data-draft="key"> keeps what is being written, in this tab only, until the server has taken it.
// A fault or a session that ran out must not cost a tired parent a long text.
import { say } from "./status.js";
import { texts } from "./texts.js";

const PREFIX = "draft:";
const TEXT = "textarea, input[type=text], input:not([type])";

const read = (key) => JSON.parse(sessionStorage.getItem(PREFIX + key) ?? "null");
const write = (key, draft) => sessionStorage.setItem(PREFIX + key, JSON.stringify(draft));
const keys = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));

export function forgetDrafts() {
  keys().forEach((key) => sessionStorage.removeItem(PREFIX + key));
}

function settle(failed) {
  for (const key of keys()) {
    const draft = read(key);
    if (!draft.sent) continue;
    if (failed) write(key, { ...draft, sent: false });
    else sessionStorage.removeItem(PREFIX + key);
  }
}

function restore(form) {
  const draft = read(form.dataset.draft);
  let restored = false;
  for (const field of draft ? form.querySelectorAll(TEXT) : []) {
    const kept = draft.fields[field.name];
    if (kept && kept !== field.value && field.value === field.defaultValue) {
      field.value = kept;
      restored = true;
    }
  }
  if (restored) say(texts.draftKept);
}

function keep(form, { sent = false } = {}) {
  const fields = {};
  form.querySelectorAll(TEXT).forEach((field) => { if (field.name && field.value) fields[field.name] = field.value; });
  write(form.dataset.draft, { fields, sent });
}

export function startDrafts() {
  settle("failed" in document.body.dataset);
  document.querySelectorAll("form[data-draft]").forEach(restore);
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (form) keep(form);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-forget]")) forgetDrafts();
    else if (event.target.matches("form[data-draft]")) keep(event.target, { sent: true });
  });
}
