// What the visitor has said and the relay has not yet confirmed. It outlives the page: another page, or another tab, sends it.
// The relay remembers the ids, so a thing sent by two tabs, or sent again after a lost answer, happens once.

import { Drawer, newId } from "./store.js";

/** Unsent words older than this are not sent by themselves any more: the visitor is asked. */
const STALE_MS = 24 * 3600_000;
/** Fewer than the relay remembers of a visitor (`VISITOR_IDS`): what is sent again is known there, and happens once. */
const MOST = 30;

/**
 * @typedef {object} Entry
 * @property {string} id
 * @property {"say" | "edit" | "delete" | "rate" | "form" | "end"} t
 * @property {number} at      when it was said, by the corrected clock
 * @property {number} order   between entries of one millisecond
 * @property {string} tab     which page made it: that one sends it at once, others only if it lingers
 * @property {Record<string, any>} body
 * @property {import("./files.js").Kept} [file]  that it carries, to be shown; in the body stands its id
 * @property {{code: string, text: string}} [failed]  refused; it waits for the visitor
 * @property {{chat: number, n: number}} [stored]     confirmed; its message has not been seen yet
 */

export class Outbox {
  /** @param {Drawer} drawer @param {number} now */
  constructor(drawer, now) {
    this.drawer = drawer;
    /** @type {Map<string, Entry>} */
    this.entries = new Map();
    this.order = 0;
    this.tab = newId();
    this.load();
    for (const entry of this.entries.values()) {
      if (now - entry.at > STALE_MS && !entry.failed) {
        if (entry.t === "say") this.fail(entry.id, { code: "stale", text: "" });
        else this.drop(entry.id);
      } else if (entry.failed && (entry.t === "edit" || entry.t === "delete")) this.drop(entry.id); // told on the page before
    }
  }

  /** Reads what the storage holds now: another tab may have added or settled entries. */
  load() {
    const kept = new Map([...this.entries].filter(([, entry]) => entry.t === "end"));
    for (const key of this.drawer.keys("out:")) {
      const entry = this.drawer.get(key);
      if (entry && typeof entry.id === "string" && entry.body) kept.set(entry.id, entry);
    }
    this.entries = new Map([...kept].sort(([, a], [, b]) => a.at - b.at || a.order - b.order));
  }

  /** @param {number} coming what will be here soon @returns {boolean} there is room for no more */
  full(coming) {
    return this.entries.size + coming >= MOST;
  }

  /**
   * @param {Entry["t"]} t @param {Record<string, any>} body @param {number} now
   * @param {Partial<Entry>} [more]  its id, if it has one already; its file
   * @returns {Entry}
   */
  add(t, body, now, more = {}) {
    const last = [...this.entries.values()].pop();
    this.order += 1;
    const entry = { id: newId(), t, at: Math.max(now, last ? last.at : 0), order: this.order, tab: this.tab, body, ...more };
    this.keep(entry);
    return entry;
  }

  /** @param {string} id @returns {Entry | undefined} */
  get(id) {
    return this.entries.get(id);
  }

  /** Those that the relay must still be told, in order. @param {boolean} ours only those of this page */
  unsettled(ours = false) {
    const open = [...this.entries.values()].filter((entry) => !entry.failed && !entry.stored);
    return ours ? open.filter((entry) => entry.tab === this.tab) : open;
  }

  /** Messages to show below the transcript, in order. */
  messages() {
    return [...this.entries.values()].filter((entry) => entry.t === "say");
  }

  /** What is being done to stored messages of a chat, by the message's number: the newest counts. @param {number} chat */
  changes(chat) {
    const found = [...this.entries.values()].filter((entry) => (entry.t === "edit" || entry.t === "delete") && entry.body.chat === chat);
    return new Map(found.map((entry) => [Number(entry.body.n), entry]));
  }

  /** @param {string} id */
  drop(id) {
    if (this.entries.delete(id)) this.drawer.remove(`out:${id}`);
  }

  /** @param {string} id @param {{code: string, text: string}} refusal */
  fail(id, refusal) {
    const entry = this.entries.get(id);
    if (entry) this.keep({ ...entry, failed: refusal });
  }

  /** @param {string} id @param {number} chat @param {number} n */
  settle(id, chat, n) {
    const entry = this.entries.get(id);
    if (entry) this.keep({ ...entry, stored: { chat, n } });
  }

  /** Ending a chat is a wish of the moment: a page that is gone does not wish it any more. @param {Entry} entry */
  keep(entry) {
    this.entries.set(entry.id, entry);
    if (entry.t !== "end") this.drawer.set(`out:${entry.id}`, entry);
  }
}
