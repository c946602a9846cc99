// What a page does beyond HTML, driven by its attributes. Without this script everything works by reloading.
"use strict";

// Times stand in the server's zone; show them in the reader's.
function showLocalTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) {
      time.textContent = at.toLocaleString([], {dateStyle: "medium", timeStyle: "short"});
      time.title = at.toString();
    }
  }
}

// Fetch a page again and replace its live regions, where nobody is typing.
async function refresh(address = location.href) {
  const answer = await fetch(address, {headers: {"X-Requested-With": "live"}});
  if (answer.redirected && new URL(answer.url).pathname.includes("/sign-in")) {
    location.assign(answer.url);
    return;
  }
  if (!answer.ok) throw new Error(answer.statusText);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = document.activeElement?.id;
  for (const region of document.querySelectorAll("[data-live-region]")) {
    const replacement = fresh.getElementById(region.id);
    if (replacement && !region.querySelector("input:focus, textarea:focus, select:focus")) {
      showLocalTimes(replacement);
      if (!region.isEqualNode(replacement)) region.replaceWith(replacement);
    }
  }
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
}

function searchAsTyped(form) {
  let waiting;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const address = `${location.pathname}?${new URLSearchParams(new FormData(form))}`;
      history.replaceState(null, "", address);
      refresh().catch(() => form.submit());
    }, 250);
  });
}

// A form is sent once, however often its button is pressed.
function sendOnce(form) {
  form.addEventListener("submit", () => setTimeout(() => {
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  }));
  window.addEventListener("pageshow", () => {
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  });
}

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
setInterval(() => {
  if (document.querySelector("[data-poll]")) refresh().catch(() => {});
}, 1000);

showLocalTimes(document);
document.querySelectorAll("details[data-closes]").forEach(closeLikeAMenu);
document.querySelectorAll("form[data-search]").forEach(searchAsTyped);
document.querySelectorAll("form[method=post]").forEach(sendOnce);
