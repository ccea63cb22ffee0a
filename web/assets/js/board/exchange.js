// Asks the server and reads its page: the board in it, and what it said in its messages.
const headers = { Accept: "text/html" };

async function read(response) {
  // A clash (409) brings the fresh board with a sentence on top; any other refusal is a fault here.
  if (!response.ok && response.status !== 409) throw new Error(String(response.status));
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const board = fresh.getElementById("board-page");
  if (!board) return { left: response.url };
  const spoken = fresh.querySelector("[data-clash]") ?? fresh.querySelector(".mk-flash .alert-body");
  return { board, said: spoken?.textContent.replace(/\s+/g, " ").trim() };
}

export async function fetchBoard(url) {
  return read(await fetch(url, { headers, credentials: "same-origin" }));
}

export async function postForm(form, submitter) {
  const body = new URLSearchParams(new FormData(form, submitter));
  return read(await fetch(form.action, { method: "POST", body, headers, credentials: "same-origin" }));
}
