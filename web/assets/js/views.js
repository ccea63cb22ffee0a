// The map and the graph of a draft: choose a family, look at one group, move and zoom.
// Everything is in the page already; without this script the same choices are links in the tables.
import { setUpChoosing } from "./views/choosing.js";
import { setUpOneGroup } from "./views/onegroup.js";
import { setUpZoom } from "./views/zoom.js";

const view = document.querySelector("[data-view]");
const picture = document.getElementById("picture");

if (view) {
  const choose = setUpChoosing(view, picture);
  setUpOneGroup(view, picture);
  if (picture) setUpZoom(picture, choose);
  keepPanelInSight();
}

// On a narrow screen, what is said of the chosen family stands right under the picture, not below the tables.
function keepPanelInSight() {
  const [panel, section] = [document.getElementById("who"), picture?.closest("section")];
  const side = panel.parentElement;
  const narrow = window.matchMedia("(max-width: 1099px)");
  const place = () => (narrow.matches && section ? section.after(panel) : side.append(panel));
  narrow.addEventListener("change", place);
  place();
}

document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
  if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  const button = document.querySelector(`[data-step="${event.shiftKey ? "redo" : "undo"}"] button`);
  if (!button || button.disabled) return;
  event.preventDefault();
  button.click();
});
