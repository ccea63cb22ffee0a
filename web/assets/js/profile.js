// The profile wizard: how many themes are chosen, and how much room a text has left. Both only tell; the server decides.
function count(line) {
  const boxes = document.querySelectorAll(`input[type=checkbox][name="${line.dataset.count}"]`);
  const show = () => {
    const chosen = [...boxes].filter((box) => box.checked).length;
    const words = chosen > Number(line.dataset.most) ? line.dataset.over : line.dataset.said;
    line.firstElementChild.textContent = words.replace("[n]", chosen);
    line.classList.toggle("mk-over", chosen > Number(line.dataset.most));
  };
  boxes.forEach((box) => box.addEventListener("change", show));
  show();
}

function room(text) {
  const line = text.parentElement.querySelector("[data-room-left]");
  const show = () => {
    line.textContent = line.dataset.roomLeft.replace("[n]", Number(text.dataset.room) - text.value.length);
  };
  text.addEventListener("input", show);
  show();
}

document.querySelectorAll("[data-count]").forEach(count);
document.querySelectorAll("[data-room]").forEach(room);
