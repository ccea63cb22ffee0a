// Asks the browser to keep the acute numbers for when there is no net; once in each tab's life.
const DONE = "acute-kept";

export async function keepAcuteNumbers() {
  const signedIn = document.querySelector('header .mk-acute[href^="tel:"]');
  if (!signedIn || !("serviceWorker" in navigator) || sessionStorage.getItem(DONE)) return;
  try {
    const kept = await navigator.serviceWorker.register("/acute-worker.js", { scope: "/acute" });
    kept.active?.postMessage("refresh");
    sessionStorage.setItem(DONE, "1");
  } catch {
    // A browser that forbids it shows the page as long as there is a net; the number in the header stays.
  }
}
