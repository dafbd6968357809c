// The conversation and the link put together: what came in goes to the one, what is to be said to the other. No screen here.

import { Conversation } from "./conversation.js";
import { Link } from "./link.js";
import { Outbox } from "./outbox.js";
import { Drawer, bytesOf, cut, wellFormed } from "./store.js";
import { Visit, currentPage } from "./visit.js";

const PROTOCOL = 1;
const TEXT_BYTES = 8 * 1024;
const PEEK_CHARS = 1000;
const PEEK_GAP_MS = 300;
/** An operator who types says so every few seconds. */
const TYPING_MS = 6_000;
/** Commands on the way at once. The relay slows down who sends more, and that must not look like a dead link. */
const WINDOW = 10;
/** Another page's words that have not gone out by then are sent by this one: that page may be gone. */
const LINGER_MS = 5_000;
/** Where too many come at once the pauses are as long as after an outage of this time. */
const CROWDED_MS = 16_000;
/** So long may messages be missing that the relay has told of. */
const GAP_MS = 1_000;

export class Talk {
  /**
   * @param {import("./settings.js").Settings} settings
   * @param {Drawer} drawer @param {Visit} visit
   * @param {() => void} changed  something that is shown may be another
   */
  constructor(settings, drawer, visit, changed) {
    this.settings = settings;
    this.drawer = drawer;
    this.visit = visit;
    this.changed = changed;
    this.outbox = new Outbox(drawer, Date.now());
    this.conversation = new Conversation(drawer, this.outbox);
    this.link = new Link(settings.socket, {
      hello: () => this.hello(),
      frames: (frames) => this.frames(frames),
      changed: () => {
        // Who can't be heard can't be told to be typing.
        if (this.link.state !== "live" && this.typing) this.setTyping(false);
        changed();
      },
    });
    /** The relay's clock minus ours. */
    this.ahead = 0;
    this.syncedAt = 0;
    /** Why the relay wants no more of us: `blocked`, `version`, `replaced`. */
    this.ended = "";
    this.typingTimer = 0;
    this.gapTimer = 0;
    this.readTold = 0;
    this.peek = { text: "", told: "", at: 0, timer: 0 };
    /** The form that is on its way, and whether it has arrived. */
    this.form = { id: this.outbox.unsettled().find((entry) => entry.t === "form")?.id || "", done: false, instead: "" };
    drawer.watch((key) => {
      if (this.conversation.refresh(key)) this.link.renew();
      changed();
    });
    setInterval(() => this.flush(), 3_000);
    if (this.conversation.who.token || this.outbox.unsettled().length) this.link.start();
  }

  now() {
    return Date.now() + this.ahead;
  }

  get typing() {
    return this.typingTimer !== 0;
  }

  hello() {
    this.readTold = 0;
    this.peek.told = "";
    return { t: "hello", v: PROTOCOL, ...this.conversation.hello(), profile: this.visit.profile() };
  }

  // ---------------------------------------------------------------- what comes in

  /** @param {any[]} frames */
  frames(frames) {
    const socket = this.link.socket;
    let gap = false;
    for (const frame of frames) {
      // A frame may have made us begin anew; what this link still says is said again on the next.
      if (this.link.socket !== socket) return;
      if (frame.t === "message") gap = this.message(frame) || gap;
      else this.take(frame);
    }
    this.watchGap(gap);
    this.conversation.save();
    this.flush();
    this.changed();
  }

  /** @param {any} frame */
  take(frame) {
    const { conversation, link } = this;
    if (frame.t === "welcome") {
      this.ahead = frame.now - Date.now();
      if (!conversation.welcome(frame)) link.renew();
    } else if (frame.t === "sync") {
      this.sync(frame);
    } else if (frame.t === "chat") {
      conversation.card(frame);
      if (conversation.chat.state !== "held") this.setTyping(false);
    } else if (frame.t === "typing") {
      this.setTyping(frame.on !== false);
    } else if (frame.t === "done") {
      if (frame.id === this.form.id) this.formArrived();
      conversation.done(frame, this.now());
    } else if (frame.t === "refused") {
      this.refused(frame);
    } else if (frame.t === "bye") {
      this.bye(frame.code);
    }
  }

  /** @param {any} frame */
  sync(frame) {
    if (!this.conversation.sync(frame)) {
      this.link.renew();
      return;
    }
    if (this.form.id && (frame.messages || []).some((/** @type {any} */ each) => each.cid === this.form.id)) this.formArrived();
    this.setTyping(false);
    this.watchGap(false);
    this.syncedAt = this.now();
    this.link.ready();
    this.tellRead();
    this.sendPeek();
  }

  /** @param {any} frame @returns {boolean} whether messages are missing before it */
  message(frame) {
    if (frame.cid && frame.cid === this.form.id) this.formArrived();
    if (frame.by === "operator") this.setTyping(false);
    return this.conversation.message(frame) === "gap";
  }

  /** @param {any} frame */
  refused({ id, code, text }) {
    const entry = id && this.outbox.get(id);
    if (!entry) return;
    if (entry.t === "end") this.outbox.drop(id);
    else this.outbox.fail(id, { code: String(code), text: String(text) });
  }

  /** @param {string} code */
  bye(code) {
    if (code === "blocked" || code === "version" || code === "replaced") {
      this.ended = code;
      this.link.stop();
    } else if (code === "too_many") {
      const now = Date.now();
      this.link.lostAt = Math.min(this.link.lostAt || now, now - CROWDED_MS);
    }
  }

  /** What is missing may be on its way; if it does not come, another greeting says what we have. @param {boolean} gap */
  watchGap(gap) {
    if (!gap && !this.conversation.lacks) {
      clearTimeout(this.gapTimer);
      this.gapTimer = 0;
    } else if (!this.gapTimer) {
      this.gapTimer = window.setTimeout(() => {
        this.gapTimer = 0;
        this.link.again();
      }, GAP_MS);
    }
  }

  /** @param {boolean} on */
  setTyping(on) {
    clearTimeout(this.typingTimer);
    this.typingTimer = on ? window.setTimeout(() => this.setTyping(false), TYPING_MS) : 0;
    this.changed();
  }

  formArrived() {
    if (this.form.instead) this.outbox.drop(this.form.instead);
    this.form = { id: "", done: true, instead: "" };
  }

  // ---------------------------------------------------------------- what goes out

  /** The visitor wants to talk, or looks at us again. */
  wake() {
    if (this.ended === "replaced") {
      this.ended = "";
      this.link.resume();
    }
    this.link.start();
    this.visit.touch(Date.now());
  }

  /** @param {string} text @returns {string} why not: a word's name; empty: it is on its way */
  say(text) {
    if (this.outbox.full) return "full";
    if (excess(text)) return "text_too_long";
    this.command("say", { text });
    this.type("");
    return "";
  }

  /** @param {"say" | "rate" | "form" | "end"} t @param {Record<string, any>} body @returns {string} its id */
  command(t, body) {
    for (const entry of this.outbox.entries.values()) if (t !== "say" && entry.t === t && entry.failed) this.outbox.drop(entry.id);
    const { id } = this.outbox.add(t, body, this.now());
    this.wake();
    this.flush();
    this.changed();
    return id;
  }

  /** @param {import("./form.js").Left} left @param {string} instead id of the refused message that it stands for */
  leave(left, instead) {
    this.form = { id: "", done: false, instead };
    this.form.id = this.command("form", left);
  }

  /** Send it again under its own id: if it did happen after all, it does not happen twice. @param {string} id */
  retry(id) {
    const entry = this.outbox.get(id);
    if (!entry) return;
    this.outbox.keep({ ...entry, failed: undefined, at: this.now(), tab: this.outbox.tab });
    this.wake();
    this.flush();
    this.changed();
  }

  /** @param {string} id */
  remove(id) {
    this.outbox.drop(id);
    this.changed();
  }

  flush() {
    const { link, outbox } = this;
    if (!link.wanted && outbox.unsettled().length) link.start();
    const now = this.now();
    for (const { id, t, at, tab, body } of outbox.unsettled()) {
      if (link.awaited.size >= WINDOW) return;
      const ours = tab === outbox.tab || at <= this.syncedAt || now - at > LINGER_MS;
      if (ours && !link.awaited.has(id) && !link.send({ t, id, ...body })) return;
    }
  }

  /** What stands in the input now. @param {string} text */
  type(text) {
    this.peek.text = this.settings.peek ? cut(text, PEEK_CHARS) : "";
    if (!this.peek.text) this.sendPeek();
    else if (!this.peek.timer) this.peek.timer = window.setTimeout(() => this.sendPeek(), this.peek.at + PEEK_GAP_MS - Date.now());
  }

  sendPeek() {
    const { peek } = this;
    clearTimeout(peek.timer);
    peek.timer = 0;
    const { state } = this.conversation.chat;
    if (peek.text === peek.told || (state !== "held" && state !== "waiting")) return;
    if (!this.link.send({ t: "typing", text: peek.text })) return;
    peek.told = peek.text;
    peek.at = Date.now();
  }

  /** The visitor has all of it before their eyes. */
  look() {
    if (this.conversation.see()) this.tellRead();
  }

  tellRead() {
    const n = this.conversation.seenN;
    const news = this.conversation.log.some((message) => message.by === "operator" && message.n > this.readTold && message.n <= n);
    if (news && this.link.send({ t: "read", n })) this.readTold = n;
  }

  moved() {
    const { url, title } = currentPage();
    this.link.send({ t: "page", url, title });
  }

  /** What the site says of its customer goes into the greeting, so it is said again if it is another. @param {any} person */
  identify(person) {
    const known = JSON.stringify(this.visit.person);
    const line = (/** @type {unknown} */ value, /** @type {number} */ limit) => cut(typeof value === "string" ? value.trim() : "", limit);
    const { name, email, phone } = person || {};
    this.visit.person = { name: line(name, 80), email: line(email, 254), phone: line(phone, 64) };
    if (JSON.stringify(this.visit.person) !== known && this.link.wanted) this.link.renew();
  }
}

/** The text as it is sent: without the control characters that nobody types, and without empty ends. @param {string} text */
export function tidy(text) {
  return wellFormed(text.replace(/\r\n?/g, "\n").replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "")).trim();
}

/** So many bytes too many; 0: it fits. @param {string} text */
export function excess(text) {
  return Math.max(0, bytesOf(text) - TEXT_BYTES);
}
