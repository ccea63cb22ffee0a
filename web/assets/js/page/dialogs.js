// <a data-dialog="id" href="/own-page"> opens <dialog id>; without script the link leads to the page.
export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog?.showModal) return null;
  if (!dialog.open) dialog.showModal();
  const first = dialog.querySelector("[data-focus], [autofocus]") ?? dialog.querySelector("h1, h2");
  if (first) {
    if (/^H\d$/.test(first.tagName)) first.tabIndex = -1;
    first.focus();
  }
  return dialog;
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener && openDialog(opener.dataset.dialog)) event.preventDefault();
  const closer = event.target.closest("[data-close]");
  const dialog = closer?.closest("dialog");
  if (dialog) {
    event.preventDefault();
    dialog.close();
  }
});

// A page may arrive with a dialog open, for instance after an answer that needs another look.
if (document.body.dataset.open) openDialog(document.body.dataset.open);
