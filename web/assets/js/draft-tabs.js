// The chosen family follows to the draft's other views: a tab leads there with the latest choice.
const tabs = document.querySelector("[data-draft-tabs]");

function bringAlong({ target }) {
  const tab = target.closest?.("[data-draft-tabs] a");
  if (!tab) return;
  const chosen = new URLSearchParams(window.location.search).get("f");
  const url = new URL(tab.href);
  if (chosen) url.searchParams.set("f", chosen);
  else url.searchParams.delete("f");
  tab.href = url;
}

for (const event of ["pointerover", "focusin", "pointerdown"]) tabs?.parentElement.addEventListener(event, bringAlong);
