// Follows what changes on the phone system, and has the page fetch itself again where it shows that.
import { isNoMore, sayBelow } from "./below.js";
import { refresh } from "./refresh.js";

const GRACE_MS = 4_000;  // after which an interruption is said: a restart is shorter
const BEATS_MS = 40_000;  // after which a stream that says nothing is dead, though nobody said so: one beats every 15 s
const LOOK_MS = 5_000;
const RETRY_MS = 1_000, MAX_RETRY_MS = 30_000;
const INTERRUPTED = "Live updates are interrupted. They go on by themselves; until then, this page may be out of date.";
const NO_LIVE = "Live updates are not available here: reload the page to see what is new.";

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

// The page's stream, which comes back by itself, also where a network has forgotten it, or something keeps back what it
// says: it counts as connected once it has said something.
class Stream {
  #isConnected = false;
  #failures = 0;
  #again = 0;
  #heardAt = 0;  // by the clock on the wall, which goes on while a laptop sleeps

  constructor(address, tell) {
    this.address = address;
    this.tell = tell;
    this.open();
    this.looking = setInterval(() => Date.now() - this.#heardAt > BEATS_MS && this.reopen(), LOOK_MS);
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
  }

  reopen() {
    this.source.close();
    this.#say({isConnected: false});
    this.open();
  }

  #heard() {
    this.#heardAt = Date.now();
    this.#failures = 0;
    if (!this.#isConnected) this.#say({isConnected: true});
  }

  // The browser tries again itself while nobody answers. An answer that is no stream ends it: the page may say why.
  #lost() {
    const isRefused = this.source.readyState === EventSource.CLOSED;
    this.#say({isConnected: false, isRefused});
    if (!isRefused) return;
    const pause = Math.min(MAX_RETRY_MS, RETRY_MS * 2 ** this.#failures++);
    this.#again = setTimeout(() => this.open(), pause * (0.5 + Math.random() / 2));
  }

  #say(how) {
    this.#isConnected = how.isConnected;
    this.tell(how);
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

// The page has a stream while somebody sees it, and none otherwise: by the stamp of the next one, it sees what it missed.
class Tab {
  #stream = null;
  #interruption = 0;
  #isConnected = true;

  constructor(address) {
    this.address = address;
    this.freshness = new Freshness(isFetched => this.#showWhether(isFetched && this.#isConnected));
    document.addEventListener("visibilitychange", () => this.#follow());
    window.addEventListener("online", () => this.#stream?.reopen());
    window.addEventListener("pagehide", () => this.#close());
    window.addEventListener("pageshow", () => this.#follow());
    this.#follow();
  }

  #follow() {
    if (document.hidden) return this.#close();
    this.#stream ??= new Stream(this.address, message => this.#hear(message));
    if (this.freshness.isStale) this.freshness.want(0);
  }

  #close() {
    this.#stream?.close();
    this.#stream = null;
  }

  #hear({isConnected, isRefused, stamp, isNow, numbers}) {
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
    isNoMore("interrupted");
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
