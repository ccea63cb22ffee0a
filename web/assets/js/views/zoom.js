// Moves over a picture and nearer to it: by buttons, by dragging once one is near, and by arrow keys.
// The wheel scrolls the page as it does everywhere else.
const NEAREST = 8;
const STEP = 0.15; // of what one sees, for an arrow key
const REACH = 24; // CSS pixels: the smallest thing one must be able to hit (WCAG 2.5.8)
const READABLE = 0.6; // below this share of its size a name is only a smudge
const FINGER = 22; // how far from a disc's middle a tap still means it
const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function setUpZoom(picture, choose) {
  const [width, height] = picture.getAttribute("viewBox").split(" ").slice(2).map(Number);
  const discs = [...picture.querySelectorAll(".fd")];
  let [near, x, y] = [1, width / 2, height / 2];
  picture.setAttribute("role", "group");
  picture.setAttribute("aria-label", picture.dataset.name);

  // CSS pixels per unit of the picture.
  const perUnit = () => picture.getBoundingClientRect().width / (width / near);

  function draw() {
    const [w, h] = [width / near, height / near];
    x = Math.min(width - w / 2, Math.max(w / 2, x));
    y = Math.min(height - h / 2, Math.max(h / 2, y));
    picture.setAttribute("viewBox", `${x - w / 2} ${y - h / 2} ${w} ${h}`);
    picture.classList.toggle("near", near > 1);
    sizeDiscs();
  }

  // Nearer, discs grow until a finger can hit them and then stay as large, so that they come apart.
  function sizeDiscs() {
    const scale = perUnit();
    if (!scale) return;
    picture.classList.toggle("tiny", scale < READABLE);
    for (const disc of picture.querySelectorAll(".fd, .pl")) {
      const size = 2 * Number(disc.dataset.r ?? 14) * scale;
      const wanted = Math.min(size, Math.max(28, size / near));
      const shrink = wanted / size;
      disc.setAttribute("transform", `translate(${disc.dataset.x} ${disc.dataset.y}) scale(${shrink.toFixed(3)})`);
      if (disc.matches(".fd")) makeButton(disc, wanted >= REACH);
    }
  }

  // Too small to hit, a disc is a picture only: the table's names do the same.
  function makeButton(disc, large) {
    if (large === disc.hasAttribute("tabindex")) return;
    const names = { tabindex: "0", role: "button", "aria-label": disc.querySelector("title").textContent };
    for (const [name, value] of Object.entries(names)) large ? disc.setAttribute(name, value) : disc.removeAttribute(name);
    if (large) disc.setAttribute("aria-pressed", String(disc.classList.contains("on")));
    else disc.removeAttribute("aria-pressed");
  }

  const tools = document.querySelector("[data-zoom]");
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const by = Number(event.target.closest("button")?.dataset.by);
    if (Number.isNaN(by)) return;
    near = by === 0 ? 1 : Math.min(NEAREST, Math.max(1, near * by));
    if (by > 1) lookAtChosen();
    draw();
  });

  function lookAtChosen() {
    const disc = picture.querySelector(".fd.on");
    if (disc) [x, y] = [Number(disc.dataset.x), Number(disc.dataset.y)];
  }

  picture.addEventListener("keydown", (event) => {
    const disc = event.target.closest(".fd");
    if (arrows[event.key] && near > 1) {
      const [right, down] = arrows[event.key];
      [x, y] = [x + right * STEP * (width / near), y + down * STEP * (height / near)];
      draw();
    } else if (disc && (event.key === "Enter" || event.key === " ")) {
      choose(disc.dataset.family, { back: disc });
    } else return;
    event.preventDefault();
  });
  picture.addEventListener("focusin", (event) => {
    const disc = event.target.closest(".fd");
    if (!disc || near === 1) return;
    const [dx, dy] = [Number(disc.dataset.x) - x, Number(disc.dataset.y) - y];
    if (Math.abs(dx) < width / near / 2 && Math.abs(dy) < height / near / 2) return;
    [x, y] = [Number(disc.dataset.x), Number(disc.dataset.y)];
    draw();
  });

  dragOrTap(picture, {
    moved(dx, dy) {
      const scale = perUnit();
      [x, y] = [x - dx / scale, y - dy / scale];
      draw();
    },
    tapped(event) {
      const disc = event.target.closest(".fd") ?? nearestTo(event, discs);
      if (disc) choose(disc.dataset.family, { back: disc });
    },
    may: () => near > 1,
  });
  new ResizeObserver(sizeDiscs).observe(picture);
  draw();
}

function nearestTo(event, discs) {
  let [best, far] = [null, FINGER];
  for (const disc of discs) {
    const box = disc.querySelector("circle").getBoundingClientRect();
    const gap = Math.hypot(event.clientX - (box.left + box.width / 2), event.clientY - (box.top + box.height / 2));
    if (gap < far) [best, far] = [disc, gap];
  }
  return best;
}

function dragOrTap(picture, { moved, tapped, may }) {
  let from = null;
  let dragged = false;
  picture.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    [from, dragged] = [[event.clientX, event.clientY], false];
  });
  picture.addEventListener("pointermove", (event) => {
    if (!from || !may()) return;
    const [dx, dy] = [event.clientX - from[0], event.clientY - from[1]];
    if (!dragged && Math.hypot(dx, dy) < 5) return;
    if (!dragged) picture.setPointerCapture(event.pointerId);
    [from, dragged] = [[event.clientX, event.clientY], true];
    moved(dx, dy);
  });
  for (const end of ["pointerup", "pointercancel"]) picture.addEventListener(end, () => { from = null; });
  picture.addEventListener("click", (event) => {
    if (!dragged) tapped(event);
    dragged = false;
  });
}
