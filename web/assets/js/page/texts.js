// Sentences come from the template, already translated: <template id="texts" data-undo="…">.
export const texts = document.getElementById("texts")?.dataset ?? {};
