// Follows what changes on the phone system, and has the page fetch itself again where it shows that. One tab of a browser
// listens, and tells the others: over HTTP/1.1 a browser has six connections to a host, for all its tabs together.
"use strict";

const NAME = "switchhook-live";
const HIDDEN_MS = 60_000;  // after which a tab that nobody sees does not listen any more
const SILENT_MS = 5_000;  // after which the tab that listens does not answer: phones stop tabs that nobody sees
const GRACE_MS = 4_000;  // after which an interruption is said: a restart is shorter
const BEATS_MS = 40_000;  // after which a stream that says nothing is dead, though nobody said so: one beats every 15 s
const LOOK_MS = 5_000;
const RETRY_MS = 1_000, MAX_RETRY_MS = 30_000;
const INTERRUPTED = "Live updates are interrupted. They go on by themselves; until then, this page may be out of date.";
const NO_LIVE = "Live updates are not available here: reload the page to see what is new.";
const ELSEWHERE = "So many tabs are open that this one is not kept up to date. It is again when you come back to it.";

// Fetches the page again soon after it is known to be out of date; rarely, if that takes long or is often asked for.
class Freshness {
  isStale = false;
  #waiting = 0;
  #isFetching = false;
  #notBefore = 0;

  constructor(told) {
    this.told = told;
  }

  // Everybody who looks hears of a change at once: they ask within `spread` milliseconds.
  want(spread) {
    this.isStale = true;
    if (this.#waiting || this.#isFetching || document.hidden) return;
    const pause = Math.max(50 + Math.random() * spread, this.#notBefore - performance.now());
    this.#waiting = setTimeout(() => this.#fetch(), pause);
  }

  async #fetch() {
    this.#waiting = 0;
    this.isStale = false;
    this.#isFetching = true;
    const began = performance.now();
    const outcome = await refresh("live").then(isAll => isAll ? "all" : "part", () => "none");
    this.#isFetching = false;
    const took = performance.now() - began;
    this.#notBefore = performance.now() + Math.min(MAX_RETRY_MS, Math.max(outcome === "all" ? 500 : 5_000, 4 * took));
    this.told(outcome !== "none");
    if (this.isStale || outcome !== "all") this.want(0);
  }
}

// The stream of one tab, which comes back by itself, also where a network has forgotten it, or something keeps back what it
// says: it counts as connected once it has said something.
class Stream {
  latest = {isConnected: false};
  #failures = 0;
  #heardAt = 0;  // by the clock on the wall, which goes on while a laptop sleeps
  #again = 0;

  constructor(address, tell) {
    this.address = address;
    this.tell = message => {
      Object.assign(this.latest, message, {isNow: true, numbers: []});
      tell(message);
    };
    this.open();
    this.looking = setInterval(() => this.look(), LOOK_MS);
  }

  open() {
    clearTimeout(this.#again);
    this.#heardAt = Date.now();
    const source = this.source = new EventSource(this.address);
    source.onerror = () => this.#lost();
    source.addEventListener("beat", () => this.#heard());
    for (const name of ["now", "changed"]) {
      source.addEventListener(name, ({lastEventId, data}) => {
        this.#heard();
        this.tell({stamp: lastEventId, isNow: name === "now", numbers: JSON.parse(data)});
      });
    }
    source.addEventListener("replaced", () => {
      this.close();
      this.tell({isReplaced: true});
    });
  }

  // Open it anew where it has said nothing for long.
  look() {
    if (Date.now() - this.#heardAt > BEATS_MS) this.reopen();
  }

  reopen() {
    this.source.close();
    this.tell({isConnected: false});
    this.open();
  }

  #heard() {
    this.#heardAt = Date.now();
    this.#failures = 0;
    if (!this.latest.isConnected) this.tell({isConnected: true, isRefused: false});
  }

  // The browser tries again itself while nobody answers. An answer that is no stream ends it: the page may say why.
  #lost() {
    const isRefused = this.source.readyState === EventSource.CLOSED;
    this.tell({isConnected: false, isRefused});
    if (!isRefused) return;
    const pause = Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** this.#failures++);
    this.#again = setTimeout(() => this.open(), pause * (0.5 + Math.random() / 2));
  }

  close() {
    clearInterval(this.looking);
    clearTimeout(this.#again);
    this.source.close();
  }
}

function concerns(numbers) {
  return numbers.includes("*") || document.querySelector("[data-live=all]") !== null ||
    numbers.some(number => document.querySelector(`[data-number="${CSS.escape(number)}"]`));
}

// One tab among those of this browser.
class Tab {
  #stop = null;  // while it takes part
  #stream = null;  // while it is the one that listens
  #interruption = 0;
  #silence = 0;
  #leaving = 0;
  #isConnected = true;

  constructor(address) {
    this.address = address;
    this.isShared = "locks" in navigator && "BroadcastChannel" in window;  // not without TLS
    this.channel = this.isShared ? new BroadcastChannel(NAME) : null;
    if (this.channel) this.channel.onmessage = ({data}) => data.isQuestion ? this.#answer() : this.#hear(data);
    this.freshness = new Freshness(isFetched => this.#showWhether(isFetched && this.#isConnected));
    document.addEventListener("visibilitychange", () => this.#onVisibility());
    window.addEventListener("focus", () => this.join());
    window.addEventListener("online", () => this.#stream?.reopen());
    window.addEventListener("pagehide", () => this.leave());
    window.addEventListener("pageshow", event => event.persisted && this.join());
    if (!document.hidden) this.join();
  }

  #onVisibility() {
    clearTimeout(this.#leaving);
    if (document.hidden) {
      this.#leaving = setTimeout(() => this.leave(), this.isShared ? HIDDEN_MS : 0);
      return;
    }
    this.join();
    this.#stream?.look();
    if (this.freshness.isStale) this.freshness.want(0);
  }

  join() {
    if (this.#stop) return;
    this.#stop = new AbortController();
    this.#listenIfNobodyDoes({signal: this.#stop.signal});
    if (!this.isShared) return;
    this.channel.postMessage({isQuestion: true});
    this.#silence = setTimeout(() => this.#stream || this.#listenIfNobodyDoes({steal: true}), SILENT_MS);
  }

  leave() {
    clearTimeout(this.#silence);
    this.#stop?.abort();
    this.#stop = null;
  }

  #listenIfNobodyDoes(options) {
    const stop = this.#stop;
    const listen = () => this.#listen(stop.signal);
    if (!this.isShared) return listen();
    navigator.locks.request(NAME, options, listen).catch(() => {
      if (stop !== this.#stop) return;  // it has left
      this.#close();  // another tab has taken it
      this.#listenIfNobodyDoes({signal: stop.signal});
    });
  }

  // Listen until this tab leaves.
  #listen(signal) {
    clearTimeout(this.#silence);
    this.#stream = new Stream(this.address, message => {
      this.#hear(message);
      this.channel?.postMessage(message);
    });
    return new Promise(resolve => signal.addEventListener("abort", () => {
      this.#close();
      resolve();
    }));
  }

  #close() {
    this.#stream?.close();
    this.#stream = null;
  }

  #answer() {
    if (this.#stream) this.channel.postMessage(this.#stream.latest);
  }

  #hear({isConnected, isRefused, isReplaced, stamp, isNow, numbers}) {
    clearTimeout(this.#silence);
    if (isReplaced) {
      this.leave();
      sayBelow("elsewhere", ELSEWHERE);
    }
    if (isConnected !== undefined) this.#showWhether(this.#isConnected = isConnected);
    if (isRefused) this.freshness.want(1_000);
    if (stamp === undefined) return;
    const isNews = isNow ? stamp !== document.body.dataset.seen : concerns(numbers);
    if (isNews) this.freshness.want(numbers.includes("*") ? 2_000 : 200);
    else if (!this.freshness.isStale) document.body.dataset.seen = stamp;
  }

  #showWhether(isFine) {
    if (!isFine) {
      this.#interruption ||= setTimeout(() => this.#sayInterrupted(), GRACE_MS);
      return;
    }
    clearTimeout(this.#interruption);
    this.#interruption = 0;
    isNoMore("interrupted", "elsewhere");
  }

  // Nothing takes away what was said of more weight.
  #sayInterrupted() {
    if (!document.getElementById("below").dataset.why) sayBelow("interrupted", INTERRUPTED);
  }
}

if (document.querySelector("[data-live-region]")) {
  if (document.body.dataset.stream) new Tab(document.body.dataset.stream);
  else sayBelow("no-live", NO_LIVE);
}
