// What this browser knows of the visitor's chat: the card, the messages without a gap, the marks. Pure of socket and screen:
// frames go in, and it says what is missing. What it knows is cached for the next page.

import { fileOf } from "./files.js";
import { Outbox } from "./outbox.js";
import { Drawer } from "./store.js";

/** Messages kept in memory and on the screen, and of those in the browser's storage: the newest. */
const LOG_MESSAGES = 500;
const CACHED_MESSAGES = 200;
const CACHED_CHARS = 200_000;
const NOBODY = { token: "", visitor: "" };

/**
 * @typedef {object} Message
 * @property {number} n
 * @property {number} at
 * @property {"visitor" | "operator"} by
 * @property {string} name
 * @property {string} text
 * @property {string} cid
 * @property {import("./files.js").Kept} [file]
 * @property {number} [version]   how often its words were changed
 * @property {boolean} [deleted]
 * @property {number} [of]        it is a change of that message, and nothing to show by itself
 */

/**
 * @typedef {object} Chat
 * @property {number} chat
 * @property {number} rev
 * @property {"none" | "waiting" | "held" | "closed"} state
 * @property {string} operator
 * @property {number} position
 * @property {number} read
 * @property {number} last
 * @property {number} rating
 */

/** A card with its absent fields filled in. @param {any} frame @returns {Chat} */
function chatOf(frame) {
  const { chat = 0, rev = 0, state = "none", operator = "", position = 0, read = 0, last = 0, rating = 0 } = frame || {};
  return { chat, rev, state, operator, position, read, last, rating };
}

export class Conversation {
  /** @param {Drawer} drawer @param {Outbox} outbox */
  constructor(drawer, outbox) {
    this.drawer = drawer;
    this.outbox = outbox;
    this.who = drawer.get("who") || NOBODY;
    const cache = drawer.get("chat") || {};
    this.chat = chatOf(cache.chat);
    /** @type {Message[]} without gaps, oldest first */
    this.log = Array.isArray(cache.log) ? cache.log : [];
    /** What the visitor has seen: up to which number, of which chat. */
    this.seen = drawer.get("seen") || { chat: 0, n: 0 };
    this.dirty = false;
  }

  /** Number of the last message that we hold. */
  get have() {
    return this.log.length ? this.log[this.log.length - 1].n : 0;
  }

  get seenN() {
    return this.seen.chat === this.chat.chat ? this.seen.n : 0;
  }

  /** Operators' messages that the visitor has not seen. */
  get unread() {
    return this.log.filter((message) => message.by === "operator" && message.n > this.seenN && !message.of && !message.deleted);
  }

  /** The relay has told of messages that we don't hold. */
  get lacks() {
    return this.chat.last > this.have;
  }

  /** Somebody of the team has written in this chat. */
  get answered() {
    return this.log.some((message) => message.by === "operator" && !message.of);
  }

  /** There is a chat, and it goes on. */
  get open() {
    return this.chat.state === "held" || this.chat.state === "waiting";
  }

  hello() {
    return { token: this.who.token, chat: this.chat.chat, have: this.have };
  }

  /** @param {any} frame @returns {boolean} false: what we hold can't be; ask again from nothing */
  sync(frame) {
    const chat = chatOf(frame.chat);
    const same = chat.chat === this.chat.chat;
    const impossible = same && this.have > chat.last;
    if (!same || impossible) this.log = [];
    this.chat = chat;
    this.dirty = true;
    if (impossible && chat.last > 0) return false;
    for (const message of frame.messages || []) {
      // A sync brings the newest only. What was before a gap is let go: the log has none.
      if (message.n > this.have + 1) this.log = [];
      this.append(message);
    }
    // The sync shows all that is stored, so nothing waits for its message any longer.
    for (const entry of [...this.outbox.entries.values()]) if (entry.stored) this.outbox.drop(entry.id);
    return true;
  }

  /** A newer card. Cards of one connection come in order. @param {any} frame */
  card(frame) {
    const chat = chatOf(frame);
    if (chat.chat === this.chat.chat && chat.rev < this.chat.rev) return;
    if (chat.chat !== this.chat.chat) this.log = [];
    this.chat = chat;
    this.dirty = true;
  }

  /** @param {any} frame @returns {"new" | "known" | "gap"} */
  message(frame) {
    if (frame.chat !== this.chat.chat) {
      // The first words of a chat may come before its card.
      this.chat = chatOf({ chat: frame.chat, state: "waiting", last: frame.n });
      this.log = [];
      this.dirty = true;
    }
    if (frame.n <= this.have) return "known";
    if (frame.n > this.have + 1) return "gap";
    this.append(frame);
    return "new";
  }

  /** The relay has stored a command of ours. @param {any} frame @param {number} now */
  done(frame, now) {
    const entry = this.outbox.get(frame.id);
    if (!entry) return;
    if (entry.t === "edit" || entry.t === "delete") {
      // It is shown as we made it until its entry comes. Without one it was so already.
      if (frame.n) this.outbox.settle(entry.id, frame.chat || 0, frame.n);
      else this.outbox.drop(entry.id);
      return;
    }
    if (entry.t !== "say") {
      this.outbox.drop(entry.id);
      return;
    }
    if (this.log.some((message) => message.cid === entry.id)) this.outbox.drop(entry.id);
    else if (frame.chat === this.chat.chat && frame.n === this.have + 1) {
      this.append({ n: frame.n, at: frame.at || now, by: "visitor", text: entry.body.text, file: entry.file, cid: entry.id });
    } else this.outbox.settle(entry.id, frame.chat || 0, frame.n || 0);
  }

  /** @param {any} frame */
  append(frame) {
    const { n, at = 0, by = "operator", name = "", text = "", cid = "", version = 0, deleted = false, of = 0 } = frame;
    if (n <= this.have) return;
    if (of) {
      // The words are those of message `of` now. Of the change itself only its number is kept.
      const changed = this.log.find((message) => message.n === of);
      if (changed && version > (changed.version || 0)) Object.assign(changed, { text, version, deleted }, deleted && { file: undefined });
      this.log.push({ n, at, by, name, text: "", cid, of });
    } else this.log.push({ n, at, by, name, text, cid, version, deleted, file: deleted ? undefined : fileOf(frame.file) });
    if (this.log.length > LOG_MESSAGES) this.log.splice(0, this.log.length - LOG_MESSAGES);
    if (cid) this.outbox.drop(cid);
    this.chat.last = Math.max(this.chat.last, n);
    this.dirty = true;
  }

  /** The visitor has seen everything that is here. @returns {boolean} whether that is news */
  see() {
    if (!this.chat.chat || this.have <= this.seenN) return false;
    this.seen = { chat: this.chat.chat, n: this.have };
    this.drawer.set("seen", this.seen);
    return true;
  }

  /** Keeps what is known for the next page. Another tab may know more already. */
  save() {
    if (!this.dirty) return;
    this.dirty = false;
    const cached = this.drawer.get("chat");
    if (cached && cached.chat && cached.chat.chat === this.chat.chat && cached.chat.rev > this.chat.rev) return;
    let room = CACHED_CHARS;
    const newest = this.log.slice(-CACHED_MESSAGES).reverse();
    const fitting = newest.filter((message) => (room -= message.text.length + (message.file ? 400 : 200)) > 0).reverse();
    this.drawer.set("chat", { chat: this.chat, log: fitting });
  }

  /**
   * The relay has said who we are. Another tab may have been told before us that the visitor is somebody new; then it is
   * right, or one browser would be two visitors.
   * @param {{token: string, visitor: string}} frame @returns {boolean} false: be that other one, and say hello again
   */
  welcome({ token, visitor }) {
    const stored = this.drawer.get("who");
    if (visitor !== this.who.visitor && stored && stored.visitor !== this.who.visitor) {
      this.who = stored;
      return false;
    }
    this.who = { token, visitor };
    this.drawer.set("who", this.who);
    return true;
  }

  /** The relay takes this token no longer. */
  forgetWho() {
    this.who = NOBODY;
    this.drawer.remove("who");
  }

  /** Another tab has changed what is stored under the key. @param {string} key @returns {boolean} whether we are somebody else now */
  refresh(key) {
    if (key === "seen" || key === "") this.seen = this.drawer.get("seen") || this.seen;
    if (key.startsWith("out:") || key === "") this.outbox.load();
    if (key !== "who") return false;
    const before = this.who.visitor;
    this.who = this.drawer.get("who") || this.who;
    return this.who.visitor !== before;
  }
}
