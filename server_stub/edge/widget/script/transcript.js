// The conversation on the screen: days, messages with their time and mark, what failed. Nodes are kept from one picture to the
// next by their key, so that a screen reader hears each message once and a selection of text survives.

import { el, icon, initial, withLinks } from "./dom.js";
import { FileView } from "./fileview.js";
import { worthRetry } from "./uploads.js";
import { Speech, midnight } from "./words.js";

const GROUP_MS = 3 * 60_000;
/** A picture is fetched when it is so near. */
const AHEAD = "300px 0px";

/**
 * @typedef {object} Item
 * @property {string} key
 * @property {number} n     0: not stored yet
 * @property {number} at
 * @property {boolean} mine
 * @property {string} name
 * @property {string} text
 * @property {import("./files.js").Kept} [file]
 * @property {import("./uploads.js").Upload} [upload]  its file is on its way, and its message is not sent yet
 * @property {"clock" | "stored" | "read" | "failed" | ""} mark
 * @property {{code: string, text: string} | undefined} failed
 * @property {string} [change]   id of the change of it that is on its way, or was refused
 * @property {boolean} [edited]
 * @property {boolean} [deleted]
 * @property {boolean} [mayChange]
 * @property {boolean} first  begins a group of one author
 * @property {boolean} last   ends it
 */

/**
 * What is shown, in order: the log, each message as it is now or as the visitor is just making it; then what waits to be sent; and then
 * files on their way, for words that are said meanwhile come before them.
 * @param {import("./conversation.js").Conversation} talk
 * @param {Iterable<import("./uploads.js").Upload>} uploads
 * @param {(message: import("./conversation.js").Message) => boolean} mayChange
 * @returns {Item[]}
 */
function itemsOf(talk, uploads, mayChange) {
  const { chat, log } = talk;
  const changes = talk.outbox.changes(chat.chat);
  const shown = log.filter((message) => !message.of);
  /** @type {Item[]} */
  const items = shown.map((message) => {
    const mine = message.by === "visitor";
    const { n, at, name, cid } = message;
    const entry = changes.get(n);
    const change = entry && !entry.failed ? entry : undefined;
    const deleted = change ? change.t === "delete" : Boolean(message.deleted);
    return {
      key: cid || `${chat.chat}:${n}`, n, at, mine, name, deleted,
      text: deleted ? "" : change ? change.body.text : message.text,
      file: deleted ? undefined : message.file,
      mark: change && !change.stored ? "clock" : !mine ? "" : n <= chat.read ? "read" : "stored",
      edited: !deleted && Boolean(change || message.version),
      failed: entry && entry.failed,
      change: entry && entry.id,
      mayChange: !change && mayChange(message),
      first: true, last: true,
    };
  });
  const known = new Set(items.map((item) => item.key));
  for (const { id, at, body, file, failed, stored } of talk.outbox.messages()) {
    if (known.has(id)) continue;
    const mark = failed ? "failed" : stored ? "stored" : "clock";
    items.push({ key: id, n: stored ? stored.n : 0, at, mine: true, name: "", text: body.text, file, mark, failed, first: true, last: true });
  }
  for (const upload of uploads) {
    const { id: key, at, failed } = upload;
    items.push({ key, n: 0, at, mine: true, name: "", text: "", upload, mark: failed ? "failed" : "clock", failed, first: true, last: true });
  }
  items.forEach((item, index) => {
    const before = items[index - 1];
    if (!before || before.mine !== item.mine || before.name !== item.name) return;
    if (item.at - before.at > GROUP_MS || midnight(item.at) !== midnight(before.at) || before.failed) return;
    item.first = false;
    before.last = false;
  });
  return items;
}

/** One message's nodes. */
class MessageView {
  /** @param {Item} item @param {Speech} speech @param {Actions} actions @param {import("./fileview.js").Watch} watch */
  constructor(item, speech, actions, watch) {
    this.speech = speech;
    this.actions = actions;
    this.key = item.key;
    this.mark = el("span", { class: "mark" });
    this.trouble = el("div", { class: "trouble", hidden: true });
    const author = item.mine ? speech.say("you") : item.name || speech.say("operator");
    this.more = el(
      "button",
      { type: "button", class: "more", "data-part": "more", "aria-expanded": "false", "aria-label": speech.say("change"), title: speech.say("change"), hidden: true,
        onclick: () => this.unfold(this.acts.hidden) },
      icon("more"),
    );
    const act = (/** @type {string} */ word, /** @type {(n: number) => void} */ does) =>
      el("button", { type: "button", class: "link", "data-part": word, onclick: () => {
        this.unfold(false);
        does(this.n);
      } }, speech.say(word));
    this.acts = el(
      "div",
      { class: "acts", hidden: true, onkeydown: (/** @type {KeyboardEvent} */ event) => this.escape(event) },
      act("edit", actions.edit),
      act("delete", actions.delete),
    );
    this.n = 0;
    const time = el("time", { datetime: new Date(item.at).toISOString(), title: speech.exact.format(item.at) }, speech.time(item.at));
    const meta = el("span", { class: "meta", "aria-live": "off" }, time, this.mark);
    this.text = el("span", { class: "text", dir: "auto" });
    this.edited = el("span", { class: "edited", hidden: true }, speech.say("edited"));
    /** @type {FileView | null} */
    this.file = item.file || item.upload ? new FileView(speech, actions.files, watch) : null;
    this.bubble = el("div", { class: "bubble" }, el("span", { class: "sr" }, `${author}: `), this.file && this.file.node, this.text, this.edited, meta);
    this.node = el(
      "div",
      { class: `message ${item.mine ? "mine" : "theirs"}`, "data-part": "message", "data-by": item.mine ? "visitor" : "operator" },
      item.mine ? null : el("span", { class: "who", "aria-hidden": "true" }, el("bdi", {}, author)),
      item.mine ? null : el("span", { class: "face", "aria-hidden": "true" }, initial(author)),
      el("div", { class: "said" }, this.more, this.bubble),
      this.acts,
      this.trouble,
    );
    this.shown = "";
    this.words = "";
    this.say(item);
  }

  /** The words themselves, which may be other ones than before. @param {Item} item */
  say(item) {
    const words = JSON.stringify([item.text, item.edited, item.deleted]);
    if (words === this.words) return;
    this.words = words;
    this.text.replaceChildren(item.deleted ? this.speech.say("deleted") : withLinks(item.text, this.speech.say("link")));
    this.text.hidden = !item.text && !item.deleted;
    this.node.classList.toggle("deleted", Boolean(item.deleted));
    this.edited.hidden = !item.edited;
  }

  /** @param {Item} item */
  showFile({ key: id, file, upload, change }) {
    if (!this.file) return;
    const { node } = this.file;
    const kept = Boolean(file || upload);
    if (kept) this.file.show({ id, file, upload });
    if (kept && !node.parentNode) this.text.before(node); // its deletion was refused
    if (!kept) node.remove();
    this.bubble.classList.toggle("filed", kept);
    if (!kept && this.file.file) this.actions.files.shut(this.file.file);
    if (!kept && !change) this.file = null;
  }

  /** What can be done with the message. @param {boolean} open */
  unfold(open) {
    this.acts.hidden = !open;
    this.more.setAttribute("aria-expanded", String(open));
  }

  /** @param {KeyboardEvent} event */
  escape(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.unfold(false);
    this.more.focus();
  }

  /** @param {Item} item */
  update(item) {
    this.n = item.n;
    this.say(item);
    this.showFile(item);
    if (!item.mayChange && !this.more.hidden) this.unfold(false);
    this.more.hidden = !item.mayChange;
    const { classList } = this.node;
    classList.toggle("first", item.first);
    classList.toggle("last", item.last);
    classList.toggle("failed", Boolean(item.failed) && !item.change);
    const shown = `${item.n} ${item.mark} ${item.failed ? `${item.failed.code} ${item.change}` : ""}`;
    if (shown === this.shown) return;
    this.shown = shown;
    this.node.dataset.n = String(item.n);
    this.node.dataset.state = item.mark === "clock" ? "sending" : item.mark || "received";
    this.mark.replaceChildren();
    if (item.mark) {
      const names = { clock: "sending", stored: "stored", read: "read", failed: "failed" };
      this.mark.append(icon(item.mark), el("span", { class: "sr" }, this.speech.say(names[item.mark])));
    }
    this.mark.dataset.mark = item.mark;
    this.trouble.hidden = !item.failed;
    this.trouble.replaceChildren();
    if (item.failed && item.change) this.excuse(item.failed, item.change);
    else if (item.failed) this.explain(item.failed);
  }

  /** A change of it was refused: the words are as they were. @param {{code: string, text: string}} failed @param {string} id */
  excuse(failed, id) {
    const { speech, actions } = this;
    this.trouble.append(
      el("span", { role: "alert" }, `${speech.say("unchanged")}. ${speech.why(failed)}`),
      el("button", { type: "button", class: "link", "data-part": "dismiss", onclick: () => actions.remove(id) }, speech.say("dismiss")),
    );
  }

  /** @param {{code: string, text: string}} failed */
  explain(failed) {
    const { speech, actions, key } = this;
    /** @param {string} name @param {(id: string) => void} act */
    const button = (name, act) => el("button", { type: "button", class: "link", "data-part": name, onclick: () => act(key) }, speech.say(name));
    this.trouble.append(
      el("span", { role: "alert" }, `${speech.say("failed")}. ${speech.why(failed)}`),
      ...(failed.code === "inbox_full" ? [button("form", actions.leaveMessage)] : []),
      ...(worthRetry(failed.code) ? [button("retry", actions.retry)] : []),
      button("remove", actions.remove),
    );
  }
}

/**
 * @typedef {object} Actions
 * @property {(id: string) => void} retry
 * @property {(id: string) => void} remove
 * @property {(id: string) => void} leaveMessage
 * @property {(n: number) => void} edit
 * @property {(n: number) => void} delete
 * @property {import("./fileview.js").FileEars} files
 */

export class Transcript {
  /** @param {Speech} speech @param {Actions} actions */
  constructor(speech, actions) {
    this.speech = speech;
    this.actions = actions;
    /** @type {WeakMap<Element, () => void>} what to do when it comes into sight */
    this.unseen = new WeakMap();
    /** @type {IntersectionObserver | null} */
    this.sight = null;
    /** @type {Map<string, MessageView>} */
    this.views = new Map();
    /** @type {Map<string, HTMLElement>} */
    this.days = new Map();
    this.node = el("div", { class: "log", "data-part": "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": speech.say("log") });
  }

  /**
   * @param {import("./conversation.js").Conversation} talk @param {Iterable<import("./uploads.js").Upload>} uploads @param {number} now
   * @param {(message: import("./conversation.js").Message) => boolean} mayChange
   * @returns {number} how many messages there are
   */
  update(talk, uploads, now, mayChange) {
    const items = itemsOf(talk, uploads, mayChange);
    /** @type {HTMLElement[]} */
    const wanted = [];
    const views = new Map();
    const days = new Map();
    let day = "";
    for (const item of items) {
      const name = this.speech.day(item.at, now);
      if (name !== day) {
        const heading = this.days.get(name) || el("div", { class: "day", "aria-hidden": "true" }, el("span", {}, name));
        days.set((day = name), heading);
        wanted.push(heading);
      }
      const view = this.views.get(item.key) || new MessageView(item, this.speech, this.actions, (node, seen) => this.watch(node, seen));
      view.update(item);
      views.set(item.key, view);
      wanted.push(view.node);
    }
    this.views = views;
    this.days = days;
    this.arrange(wanted);
    return items.length;
  }

  /** @param {Element} node @param {() => void} seen called once */
  watch(node, seen) {
    this.sight ||= new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          this.sight?.unobserve(target);
          this.unseen.get(target)?.();
        }
      },
      { root: this.node.parentElement, rootMargin: AHEAD },
    );
    this.unseen.set(node, seen);
    this.sight.observe(node);
  }

  /** Makes the children those that are wanted, moving as few as can be. @param {HTMLElement[]} wanted */
  arrange(wanted) {
    const keep = new Set(wanted);
    for (const child of Array.from(this.node.children)) if (!keep.has(/** @type {HTMLElement} */ (child))) child.remove();
    let place = this.node.firstChild;
    for (const node of wanted) {
      if (node === place) place = place.nextSibling;
      else this.node.insertBefore(node, place);
    }
  }
}
