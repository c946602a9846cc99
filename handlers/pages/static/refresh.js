// Fetches the page again and replaces its live regions. Focus, open details and the reader's place are kept, and what
// somebody is filling in, or has marked, is left alone.
import { isNoMore, sayBelow } from "./below.js";
import { showLocalTimes } from "./times.js";

const ANSWER_MS = 15_000;  // after which no answer comes: a network that forgot a connection does not say so
const GONE = [403, 404, 410];
const sent = new Map();  // id of a region → its HTML, as the server sent it
let refreshes = 0;

function rememberSent(root) {
  for (const region of root.querySelectorAll("[data-live-region]")) sent.set(region.id, region.outerHTML);
}

function isFilledIn(field) {
  if (field.type === "hidden") return false;
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (field.options) {
    return field.selectedIndex !== Math.max(0, [...field.options].findIndex(option => option.defaultSelected));
  }
  return field.value !== field.defaultValue;
}

// Return whether something would be lost.
function hasUnsent(root = document) {
  if (root.querySelector("form[data-unsent]")) return true;  // it was sent, and came back with what is wrong
  return [...root.querySelectorAll("form[method=post] :is(input, textarea, select)")].some(isFilledIn);
}

function isInUse(region) {
  const marked = getSelection();
  return hasUnsent(region) || [...region.querySelectorAll("audio")].some(each => !each.paused) || region.querySelector(":is(input, textarea, select):focus") !== null ||
    (!marked.isCollapsed && region.contains(marked.anchorNode));
}

// Return the element of the new region that stands for the one of the old.
function twin(element, region) {
  if (element.id) return document.getElementById(element.id);
  const home = document.getElementById(element.closest("[id]")?.id) ?? region;
  return [...home.querySelectorAll(element.localName)].find(each => each.outerHTML === element.outerHTML);
}

function replaceRegion(region, fresh) {
  const focused = region.contains(document.activeElement) ? document.activeElement : null;
  const open = [...region.querySelectorAll("details[open][id]")].map(details => details.id);
  const scrolled = [...region.querySelectorAll("[id]")].filter(each => each.scrollTop || each.scrollLeft);
  showLocalTimes(fresh);
  region.replaceWith(fresh);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  for (const each of scrolled) document.getElementById(each.id)?.scrollTo(each.scrollLeft, each.scrollTop);
  if (focused) (twin(focused, fresh) ?? document.getElementById("main")).focus({preventScroll: true});
}

// Take over what is new, and return whether that is all of it.
function takeOver(fresh) {
  let isAll = true;
  for (const region of document.querySelectorAll("[data-live-region]")) {
    const found = fresh.getElementById(region.id);
    if (!found || found.outerHTML === sent.get(region.id)) continue;
    if (isInUse(region)) {
      isAll = false;
      continue;
    }
    sent.set(region.id, found.outerHTML);
    replaceRegion(region, document.adoptNode(found));
  }
  const csrf = fresh.querySelector("input[name=csrf]")?.value;  // another one after signing in again
  if (csrf) document.querySelectorAll("input[name=csrf]").forEach(field => { field.value = csrf; });
  document.title = fresh.title;
  document.body.dataset.seen = fresh.body.dataset.seen ?? "";
  return isAll;
}

// Return false where something is still to be sent.
function showSignedOut(address) {
  address.searchParams.set("ended", "1");
  if (hasUnsent()) sayBelow("ended", "You are signed out. What you typed is still here:", "sign in in another tab, then send it.", address);
  else location.assign(address);
  return !hasUnsent();
}

function showGone(fresh) {
  if (hasUnsent()) sayBelow("gone", `${fresh.querySelector("#main .notice")?.textContent ?? fresh.title} What you typed is still here.`);
  else document.getElementById("main").replaceWith(document.adoptNode(fresh.getElementById("main")));
  return true;
}

// Fetch the page again, because of a person or by itself (“live”). Return whether it shows all that is new: what is in use
// stays as it was. Throw if it cannot be had.
export async function refresh(why, address = location.href) {
  const mine = ++refreshes;
  const limit = new AbortController();
  const end = setTimeout(() => limit.abort(), ANSWER_MS);
  const answer = await fetch(address, {headers: {"X-Requested-With": why}, signal: limit.signal});
  const text = await answer.text();
  clearTimeout(end);
  if (mine !== refreshes) return true;  // a later one is on its way
  const at = new URL(answer.url);
  const isSignedOut = answer.redirected && at.pathname.endsWith("/sign-in");
  if (!isSignedOut && !answer.ok && !GONE.includes(answer.status)) throw new Error(answer.statusText);
  const fresh = new DOMParser().parseFromString(text, "text/html");
  if (isSignedOut) return showSignedOut(at);
  isNoMore("ended");
  return answer.ok ? takeOver(fresh) : showGone(fresh);
}

rememberSent(document);
