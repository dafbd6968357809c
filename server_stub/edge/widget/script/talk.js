// The conversation and the link put together: what came in goes to the one, what is to be said to the other. No screen here.

import { Conversation } from "./conversation.js";
import { Files } from "./files.js";
import { Identity } from "./identity.js";
import { Link } from "./link.js";
import { Outbox } from "./outbox.js";
import { Peek } from "./peek.js";
import { excess } from "./text.js";
import { Visit, currentPage } from "./visit.js";

const PROTOCOL = 1;
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
   * @param {Identity} identity @param {Visit} visit
   * @param {() => void} changed  something that is shown may be another
   * @param {() => void} replaced  somebody else is here
   */
  constructor(settings, identity, visit, changed, replaced) {
    this.settings = settings;
    this.identity = identity;
    this.visit = visit;
    this.changed = changed;
    this.replaced = replaced;
    if (identity.take(settings.identity)) replaced();
    this.outbox = new Outbox(identity.drawer, Date.now());
    this.conversation = new Conversation(identity.drawer, this.outbox);
    this.link = new Link(settings.socket, {
      hello: () => this.hello(),
      frames: (frames) => this.frames(frames),
      changed: () => {
        // Who can't be heard can't be told to be typing.
        if (this.link.state !== "live" && this.typing) this.setTyping(false);
        this.files.linked();
        changed();
      },
    });
    this.files = new Files(this.link, settings.relay, {
      now: () => this.now(),
      full: () => this.full,
      changed,
      post: (id, at, file) => this.post(id, at, file),
    });
    /** The relay's clock minus ours. */
    this.ahead = 0;
    this.syncedAt = 0;
    /** So long a message can be changed; 0: not at all. */
    this.changeMs = 0;
    this.changeTimer = 0;
    /** Why the relay wants no more of us: `blocked`, `version`, `replaced`, `identity`, `identity_expired`. */
    this.ended = "";
    /** The site's word as the last greeting had it. */
    this.said = "";
    this.typingTimer = 0;
    this.gapTimer = 0;
    this.readTold = 0;
    this.peek = new Peek(settings.peek, (text) => this.link.send({ t: "typing", text }), () => this.conversation.open);
    /** The form that is on its way, and whether it has arrived. */
    this.form = { id: this.outbox.unsettled().find((entry) => entry.t === "form")?.id || "", done: false, instead: "" };
    identity.strangers.watch((key) => {
      if (identity.token) {
        if (key === "forgot") this.become("");
        return; // a customer's own things are this tab's alone
      }
      if (key === "who" && this.conversation.who.token && !identity.strangers.get("who")) {
        this.anew(); // somebody has signed in in another tab: what the stranger said is nobody's any more
        return;
      }
      if (this.conversation.refresh(key)) this.link.renew();
      changed();
    });
    setInterval(() => this.flush(), 3_000);
    this.startIfKnown();
  }

  /** Most visitors of a site never chat, and need no link. */
  startIfKnown() {
    const { who, chat } = this.conversation;
    if (who.token || chat.chat || this.identity.known || this.outbox.unsettled().length) this.link.start();
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
    this.said = this.identity.token;
    const greeting = { t: "hello", v: PROTOCOL, ...this.conversation.hello(), profile: this.visit.profile() };
    return this.said ? { ...greeting, token: "", identity: this.said } : greeting;
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
    this.watchChanges();
    this.changed();
  }

  /** @param {any} frame */
  take(frame) {
    const { conversation, link } = this;
    if (frame.t === "welcome") {
      this.ahead = frame.now - Date.now();
      this.changeMs = frame.change_ms || 0;
      this.files.ruled(frame.files);
      this.identity.settle();
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
    } else if (frame.t === "ticket") {
      this.files.tickets.answer(frame);
    } else if (frame.t === "refused") {
      this.refused(frame);
    } else if (frame.t === "bye") {
      this.bye(frame);
    }
  }

  /** @param {any} frame */
  sync(frame) {
    if (!this.conversation.sync(frame)) {
      this.link.renew();
      return;
    }
    if (this.form.id && (frame.messages || []).some((/** @type {any} */ each) => each.cid === this.form.id)) this.formArrived();
    if (this.conversation.chat.chat) this.identity.noteChat();
    this.setTyping(false);
    this.watchGap(false);
    this.syncedAt = this.now();
    this.link.ready();
    this.tellRead();
    this.peek.tell();
  }

  /** @param {any} frame @returns {boolean} whether messages are missing before it */
  message(frame) {
    if (frame.cid && frame.cid === this.form.id) this.formArrived();
    if (frame.by === "operator") this.setTyping(false);
    return this.conversation.message(frame) === "gap";
  }

  /** @param {any} frame */
  refused(frame) {
    const { id, code, text } = frame;
    if (code === "files_off") this.files.ruled(null);
    if (this.files.tickets.answer(frame)) return;
    const entry = id && this.outbox.get(id);
    if (!entry) return;
    if (entry.t === "end") this.outbox.drop(id);
    else this.outbox.fail(id, { code: String(code), text: String(text) });
  }

  /** @param {any} frame */
  bye({ code, text }) {
    if (code === "identity_expired" && this.said !== this.identity.token) {
      this.link.renew(); // there is a newer word already
    } else if (code === "identity_expired" || code === "identity") {
      this.ended = code;
      this.link.stop();
      if (code === "identity") console.warn(`opconsole: ${text}`); // for the site's developer
      window.dispatchEvent(new Event(`opconsole-${code.replace("_", "-")}`));
    } else if (code === "blocked" || code === "version" || code === "replaced") {
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
    if (this.full) return "full";
    if (excess(text)) return "text_too_long";
    this.command("say", { text });
    this.peek.type("");
    return "";
  }

  /** What is said and not stored yet, and what will be when it has arrived, is as much as may be. @returns {boolean} */
  get full() {
    return this.outbox.full(this.files.uploads.entries.size);
  }

  /** The file has arrived at the relay: the message that carries it goes as words do. @param {string} id @param {number} at @param {import("./files.js").Kept} file */
  post(id, at, file) {
    this.command("say", { text: "", file: file.id }, { id, file });
  }

  /** Whether the visitor can still change this message. @param {import("./conversation.js").Message} message */
  mayChange(message) {
    return message.by === "visitor" && !message.of && !message.deleted && this.now() < message.at + this.changeMs;
  }

  /** When a message can no longer be changed, that is to be seen. */
  watchChanges() {
    clearTimeout(this.changeTimer);
    const left = this.conversation.log.filter((message) => this.mayChange(message)).map((message) => message.at + this.changeMs - this.now());
    if (!left.length) return;
    this.changeTimer = window.setTimeout(() => {
      this.changed();
      this.watchChanges();
    }, Math.min(60_000, ...left) + 20);
  }

  /** Other words for message `n` of the chat; null: none at all. @param {number} n @param {string | null} text @returns {string} as `say` */
  change(n, text) {
    if (this.full) return "full";
    if (text !== null && excess(text)) return "text_too_long";
    const { chat } = this.conversation.chat;
    const before = this.outbox.changes(chat).get(n);
    if (before && before.failed) this.outbox.drop(before.id);
    if (text === null) this.command("delete", { chat, n });
    else this.command("edit", { chat, n, text });
    return "";
  }

  /** @param {import("./outbox.js").Entry["t"]} t @param {Record<string, any>} body @param {Partial<import("./outbox.js").Entry>} [more] @returns {string} its id */
  command(t, body, more) {
    for (const entry of this.outbox.entries.values()) if (t !== "say" && entry.t === t && entry.failed) this.outbox.drop(entry.id);
    const { id } = this.outbox.add(t, body, this.now(), more);
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
    if (link.wanted && link.state === "live") this.files.tickets.flush();
    if (!link.wanted && outbox.unsettled().length) link.start();
    const now = this.now();
    for (const { id, t, at, tab, body } of outbox.unsettled()) {
      if (link.awaited.size >= WINDOW) return;
      const ours = tab === outbox.tab || at <= this.syncedAt || now - at > LINGER_MS;
      if (ours && !link.awaited.has(id) && !link.send({ t, id, ...body })) return;
    }
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

  /**
   * Who the customer is, as the site knows: its signed word (a string), or plain facts, which are trusted in nothing. Either goes
   * into the greeting, so it is said again if it is another.
   * @param {any} person
   */
  identify(person) {
    if (typeof person === "string") {
      this.become(person);
      return;
    }
    if (this.visit.introduce(person) && this.link.wanted) this.link.renew();
  }

  /** The customer has signed out at the site: nothing of them stays, here or in another tab. */
  forget() {
    this.identity.forget();
    this.anew();
  }

  /** By the site's word (empty: a stranger) this is who is here. @param {string} token */
  become(token) {
    const other = this.identity.take(token);
    if (other) {
      this.anew();
    } else if (token !== this.said && (this.ended === "identity" || this.ended === "identity_expired")) {
      this.ended = "";
      this.link.resume();
    }
  }

  /** Somebody else: their own conversation, or none yet. */
  anew() {
    this.link.rest();
    for (const timer of [this.gapTimer, this.typingTimer]) clearTimeout(timer);
    this.ended = "";
    this.typingTimer = this.gapTimer = this.readTold = 0;
    this.peek.clear();
    this.files.forget();
    this.form = { id: "", done: false, instead: "" };
    this.visit.person = {};
    this.outbox = new Outbox(this.identity.drawer, Date.now());
    this.conversation = new Conversation(this.identity.drawer, this.outbox);
    this.replaced();
    this.startIfKnown();
    this.changed();
  }
}
