// Tickets to bring a file and to fetch one: asked for over the link, and of one run of the relay, so after a lost link asked for anew.

import { newId } from "./store.js";

/** Asked for at once. Somebody who scrolls through fifty pictures must not make the relay slow us down. */
const ASKED_MOST = 3;
/** A ticket that ends so soon is not begun with. */
const MARGIN_MS = 5_000;

/**
 * @typedef {object} Question
 * @property {object} frame
 * @property {(ticket: {url: string, until: number} | null, refusal?: {code: string, text: string}) => void} told
 * @property {boolean} sent
 */

export class Tickets {
  /** @param {import("./link.js").Link} link @param {string} relay its address, with a slash at the end @param {() => number} now by the relay's clock */
  constructor(link, relay, now) {
    this.link = link;
    this.relay = relay;
    this.now = now;
    /** @type {Map<string, Question>} not answered yet */
    this.asked = new Map();
    /** @type {Map<string, {url: string, until: number}>} by the file's id */
    this.known = new Map();
  }

  /** @param {Record<string, any>} frame without its id @param {Question["told"]} told @returns {string} by which it can be dropped */
  ask(frame, told) {
    const id = newId();
    this.asked.set(id, { frame: { ...frame, id }, told, sent: false });
    this.flush();
    return id;
  }

  /** The address of a file for a while; null: it can't be had, and why. @param {string} file its id @param {Question["told"]} told */
  addressOf(file, told) {
    const known = this.known.get(file);
    if (known && known.until > this.now() + MARGIN_MS) {
      told(known);
      return;
    }
    this.ask({ t: "file", file }, (ticket, refusal) => {
      if (ticket) this.known.set(file, ticket);
      told(ticket, refusal);
    });
  }

  /** What it was asked for is not wanted any more. @param {string} id */
  drop(id) {
    this.asked.delete(id);
  }

  flush() {
    let open = 0;
    for (const question of this.asked.values()) {
      if (open >= ASKED_MOST) return;
      if (!question.sent) question.sent = this.link.send(question.frame);
      if (!question.sent) return;
      open += 1;
    }
  }

  /** @param {any} frame `ticket`, or `refused` @returns {boolean} whether it answers a question of ours */
  answer(frame) {
    const question = this.asked.get(frame.id);
    if (!question) return false;
    this.asked.delete(frame.id);
    if (frame.t === "ticket") {
      // The relay may stand below a path of its site, as its script does.
      const url = new URL(String(frame.path).replace(/^\/+/, ""), this.relay).href;
      question.told({ url, until: frame.until || 0 });
    } else question.told(null, { code: String(frame.code), text: String(frame.text) });
    this.flush();
    return true;
  }

  /** The link is gone: what it gave is worth nothing, what it was asked is asked again by the next. */
  lost() {
    this.known.clear();
    for (const question of this.asked.values()) question.sent = false;
  }

  /** Somebody else is here. */
  forget() {
    this.asked.clear();
    this.known.clear();
  }
}
