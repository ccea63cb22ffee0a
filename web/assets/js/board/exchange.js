// Asks the server and reads its answer: the parts of the board that differ from the version we have.
const page = () => document.getElementById("board-page");
const here = () => document.getElementById("board").dataset.board;
const careful = { credentials: "same-origin", redirect: "manual" };
const headers = () => {
  const column = document.querySelector(".fc.sel")?.dataset.group ?? lookedAt;
  const said = { Accept: "text/html", "X-Board": page().dataset.version };
  if (column !== undefined && column !== "tray") said["X-Board-At"] = column;
  return said;
};
let lookedAt;

// The column one's eyes are on although no family is chosen: where the focus last was.
export function lookAt(column) {
  lookedAt = column;
}

async function read(response) {
  // Sent elsewhere: the board is no longer ours to change, and its own page knows where one goes.
  if (response.type === "opaqueredirect") return { left: here() };
  // A clash (409) brings the fresh board with a sentence on top; any other refusal is a fault here.
  if (!response.ok && response.status !== 409) throw new Error(String(response.status));
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const board = fresh.getElementById("board-page");
  if (!board || board.dataset.editable !== page().dataset.editable) return { left: here() };
  const clash = fresh.querySelector("[data-clash] p")?.textContent.replace(/\s+/g, " ").trim();
  return { board, said: clash || board.dataset.said };
}

export async function fetchBoard(url) {
  return read(await fetch(url, { headers: headers(), ...careful }));
}

export async function postForm(form, submitter) {
  const body = new URLSearchParams(new FormData(form, submitter));
  const sent = { method: "POST", body, headers: headers(), ...careful };
  return read(await fetch(form.action, sent));
}

// A form as the page would have had it, for what is done by a key or by dragging.
export function formOf(action, fields) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  const all = { csrf_token: document.querySelector('meta[name="csrf-token"]').content, ...fields };
  for (const [name, value] of Object.entries(all)) {
    const field = document.createElement("input");
    [field.type, field.name, field.value] = ["hidden", name, value];
    form.append(field);
  }
  return form;
}
