// What a page does beyond HTML, driven by its attributes. Without this script everything works by reloading.
import { refresh } from "./refresh.js";
import { showLocalTimes } from "./times.js";

const TYPING_MS = 250;  // after the last letter of a search
let searching = 0;
let isPolling = false;

// Show what a search finds while it is typed.
document.addEventListener("input", ({target}) => {
  const form = target.closest("form[data-search]");
  if (!form) return;
  clearTimeout(searching);
  searching = setTimeout(() => {
    const address = `${location.pathname}?${new URLSearchParams(new FormData(form))}`;
    history.replaceState(null, "", address);
    refresh("search", address).catch(() => form.submit());
  }, TYPING_MS);
});

// A long form is sent only by who is still signed in, and of what is still there: else what was typed would be lost.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-keep]") || "looked" in form.dataset) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  form.dataset.unsent = "";
  refresh("form").catch(() => {}).finally(() => {
    if (["ended", "gone"].includes(document.getElementById("below").dataset.why)) return;
    form.dataset.looked = "";
    form.requestSubmit();
  });
});

// Copy what is typed into a phone; where a browser has no clipboard, as without TLS, mark it.
function copyButton(button) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    getSelection().selectAllChildren(source);
    const isCopied = await navigator.clipboard?.writeText(source.textContent).then(() => true, () => false);
    button.textContent = button.ariaLabel = isCopied ? "Copied" : "Marked: copy it";
  });
}

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", ({target}) => setTimeout(() => {
  if (!target.matches("[method=post]")) return;
  target.dataset.sent = "";
  for (const button of target.querySelectorAll("button:enabled")) button.disabled = true;
}));
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[data-sent] button")) button.disabled = false;
  for (const form of document.querySelectorAll("form[data-looked]")) delete form.dataset.looked;
});

// The menu behind “More” closes as menus do; HTML alone would leave it open until it is pressed again.
function closeLikeAMenu(details) {
  document.addEventListener("click", (event) => {
    if (!details.contains(event.target)) details.open = false;
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    details.open = false;
    details.querySelector("summary").focus();
  });
}

// A page of something under way fetches itself again until it is over.
setInterval(async () => {
  if (isPolling || !document.querySelector("[data-poll]")) return;
  isPolling = true;
  await refresh("live").catch(() => {});
  isPolling = false;
}, 1000);

showLocalTimes(document);
document.querySelectorAll("[data-copy]").forEach(copyButton);
document.querySelectorAll("details[data-closes]").forEach(closeLikeAMenu);
