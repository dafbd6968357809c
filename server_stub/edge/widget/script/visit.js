// Who comes and from where: the profile of the first frame, and the pages that the visitor goes through.
// Nothing here is asked of the visitor; it is what every page of the site knows.

import { Drawer, cut } from "./store.js";

const VISIT_GAP_MS = 30 * 60_000;
const LINE_CHARS = 512;
const URL_CHARS = 2048;
const UTM = ["source", "medium", "campaign", "term", "content"];

/** Search engines that put the words into their referrer, by a part of the host: the parameter that holds them. */
const ENGINES = /** @type {const} */ ([
  ["google.", "q"],
  ["bing.", "q"],
  ["duckduckgo.", "q"],
  ["ecosia.", "q"],
  ["startpage.", "query"],
  ["yahoo.", "p"],
  ["yandex.", "text"],
  ["ya.ru", "text"],
  ["mail.ru", "q"],
  ["rambler.", "query"],
  ["baidu.", "wd"],
]);

/** The words that were searched for: in the engine's address, or in the `?q=` of the site's own search. */
function searchedWords(/** @type {string} */ referrer, /** @type {URL} */ page) {
  try {
    const from = new URL(referrer);
    const engine = ENGINES.find(([host]) => `.${from.hostname}`.includes(`.${host}`));
    const words = engine && from.searchParams.get(engine[1]);
    if (words) return words;
  } catch {
    // No referrer, or not an address.
  }
  return page.searchParams.get("q") || "";
}

/** The visit that goes on: how many there were, and where this one began. A pause of half an hour begins another. */
export class Visit {
  /** @param {Drawer} drawer @param {number} now */
  constructor(drawer, now) {
    const known = drawer.get("visit");
    const page = new URL(location.href);
    if (known && now - known.at < VISIT_GAP_MS) {
      this.state = { ...known, at: now };
    } else {
      const marks = UTM.map((name) => [name, cut(page.searchParams.get(`utm_${name}`) || "", 200)]);
      this.state = {
        at: now,
        count: (known ? known.count : 0) + 1,
        landing: cut(location.href, URL_CHARS),
        referrer: cut(document.referrer, URL_CHARS),
        query: "",
        utm: Object.fromEntries(marks.filter(([, value]) => value)),
      };
    }
    this.state.query = cut(searchedWords(this.state.referrer, page), LINE_CHARS) || this.state.query;
    this.drawer = drawer;
    drawer.set("visit", this.state);
    /** @type {{name?: string, email?: string, phone?: string}} what the site says of its customer */
    this.person = {};
  }

  /** What the site says of its customer. @param {any} person @returns {boolean} whether it is something else than before */
  introduce(person) {
    const known = JSON.stringify(this.person);
    const line = (/** @type {unknown} */ value, /** @type {number} */ limit) => cut(typeof value === "string" ? value.trim() : "", limit);
    const { name, email, phone } = person || {};
    this.person = { name: line(name, 80), email: line(email, 254), phone: line(phone, 64) };
    return JSON.stringify(this.person) !== known;
  }

  /** The visitor did something: the visit goes on. @param {number} now */
  touch(now) {
    if (now - this.state.at > 60_000) this.drawer.set("visit", (this.state = { ...this.state, at: now }));
  }

  profile() {
    const { count, landing, referrer, query, utm } = this.state;
    return {
      page: currentPage(),
      referrer,
      landing,
      query,
      utm,
      lang: navigator.language || "",
      tz: Intl.DateTimeFormat().resolvedOptions().timeZone || "",
      screen: `${screen.width}x${screen.height}`,
      agent: cut(navigator.userAgent, LINE_CHARS),
      visits: count,
      ...this.person,
    };
  }
}

/** The unread count that the widget puts before a hidden tab's title; it is not a part of the page's title. */
const TITLE_MARK = /^\(\d+\) /;

/** @param {number} count unread; 0: none, the title is the page's own */
export function markTitle(count) {
  const bare = document.title.replace(TITLE_MARK, "");
  const title = count ? `(${count}) ${bare}` : bare;
  if (title !== document.title) document.title = title;
}

export function currentPage() {
  return { url: cut(location.href, URL_CHARS), title: cut(document.title.replace(TITLE_MARK, ""), LINE_CHARS) };
}

/**
 * Calls back when the visitor goes to another page without a load, as single-page sites do. The Navigation API tells;
 * where it is missing, `pushState` and `replaceState` are wrapped. The title comes a little later than the address.
 * @param {() => void} moved
 */
export function watchPages(moved) {
  let last = location.href;
  const look = () => {
    if (location.href === last) return;
    last = location.href;
    setTimeout(moved, 250);
  };
  const navigation = /** @type {any} */ (window).navigation;
  if (navigation) {
    navigation.addEventListener("currententrychange", look);
    return;
  }
  for (const name of /** @type {const} */ (["pushState", "replaceState"])) {
    const original = history[name];
    history[name] = function patched(...args) {
      original.apply(this, args);
      look();
    };
  }
  window.addEventListener("popstate", look);
  window.addEventListener("hashchange", look);
}
