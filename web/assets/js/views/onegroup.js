// "Only C": the other groups step back, in the picture and in the table.
export function setUpOneGroup(view, picture) {
  const buttons = [...view.querySelectorAll("[data-only]")];
  let alone = view.dataset.alone;

  function show() {
    for (const button of buttons) {
      if (button.dataset.only === alone) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
    for (const row of view.querySelectorAll("tr[data-g]")) row.hidden = alone !== "" && row.dataset.g !== alone;
    if (picture) dim(picture, alone);
    const url = new URL(window.location.href);
    if (alone) url.searchParams.set("g", alone);
    else url.searchParams.delete("g");
    window.history.replaceState(null, "", url);
    for (const field of document.querySelectorAll('[data-step] [name="g"]')) field.value = alone;
  }

  view.addEventListener("click", (event) => {
    const button = event.target.closest("[data-only]");
    if (!button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    alone = button.dataset.only === alone ? "" : button.dataset.only;
    show();
  });
  show();
}

function dim(picture, alone) {
  picture.classList.toggle("alone", alone !== "");
  for (const part of picture.querySelectorAll("[data-g]")) {
    part.classList.toggle("dim", alone !== "" && part.dataset.g !== alone);
  }
  for (const line of picture.querySelectorAll(".edge")) {
    line.classList.toggle("dim", alone !== "" && line.dataset.ga !== alone && line.dataset.gb !== alone);
  }
}
