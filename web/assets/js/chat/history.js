// Earlier messages: fetched as a page of ours and put above, without being read aloud.
export function loadEarlierOnDemand(log) {
  log.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-earlier] a");
    if (!link) return;
    event.preventDefault();
    const answer = await fetch(link.href).catch(() => null);
    if (!answer?.ok || answer.redirected) { location.assign(link.href); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    prepend(log, page.querySelector("[data-log]"));
  });
}

function prepend(log, older) {
  log.setAttribute("aria-busy", "true");
  const height = log.scrollHeight;
  log.querySelector("[data-earlier]").remove();
  const firstDay = log.querySelector(".mk-day");
  const first = log.querySelector("[data-seq]");
  const nodes = [...older.children].map((node) => document.importNode(node, true));
  nodes.forEach((node) => {
    node.querySelectorAll("[data-reply]").forEach((button) => { button.hidden = false; });
    if (node.matches("[data-end], .mk-unread")) node.remove();
  });
  log.prepend(...nodes.filter((node) => !node.matches("[data-end], .mk-unread")));
  const sameDay = [...log.querySelectorAll(".mk-day")].filter((day) => day.dataset.day === firstDay?.dataset.day);
  if (sameDay.length > 1) sameDay.at(-1).remove();
  log.scrollTop += log.scrollHeight - height;
  log.removeAttribute("aria-busy");
  const before = first?.previousElementSibling;
  if (before) { before.tabIndex = -1; before.focus({ preventScroll: true }); }
}
