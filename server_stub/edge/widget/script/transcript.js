// The conversation on the screen: days, messages with their time and mark, what failed. Nodes are kept from one picture to the
// next by their key, so that a screen reader hears each message once and a selection of text survives.

import { el, icon, initial, withLinks } from "./dom.js";
import { Speech, midnight } from "./words.js";

const GROUP_MS = 3 * 60_000;

/**
 * @typedef {object} Item
 * @property {string} key
 * @property {number} n     0: not stored yet
 * @property {number} at
 * @property {boolean} mine
 * @property {string} name
 * @property {string} text
 * @property {"clock" | "stored" | "read" | "failed" | ""} mark
 * @property {{code: string, text: string} | undefined} failed
 * @property {boolean} first  begins a group of one author
 * @property {boolean} last   ends it
 */

/**
 * What is shown, in order: the log, and then what waits to be sent.
 * @param {import("./conversation.js").Conversation} talk
 * @returns {Item[]}
 */
function itemsOf(talk) {
  const { chat, log } = talk;
  /** @type {Item[]} */
  const items = log.map((message) => {
    const mine = message.by === "visitor";
    const mark = !mine ? "" : message.n <= chat.read ? "read" : "stored";
    const { n, at, name, text, cid } = message;
    return { key: cid || `${chat.chat}:${n}`, n, at, mine, name, text, mark, failed: undefined, first: true, last: true };
  });
  const known = new Set(items.map((item) => item.key));
  for (const { id, at, body, failed, stored } of talk.outbox.messages()) {
    if (known.has(id)) continue;
    const mark = failed ? "failed" : stored ? "stored" : "clock";
    items.push({ key: id, n: stored ? stored.n : 0, at, mine: true, name: "", text: body.text, mark, failed, first: true, last: true });
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
  /** @param {Item} item @param {Speech} speech @param {Actions} actions */
  constructor(item, speech, actions) {
    this.speech = speech;
    this.actions = actions;
    this.key = item.key;
    this.mark = el("span", { class: "mark" });
    this.trouble = el("div", { class: "trouble", hidden: true });
    const author = item.mine ? speech.say("you") : item.name || speech.say("operator");
    const time = el("time", { datetime: new Date(item.at).toISOString(), title: speech.exact.format(item.at) }, speech.time(item.at));
    const meta = el("span", { class: "meta", "aria-live": "off" }, time, this.mark);
    const text = el("span", { class: "text", dir: "auto" }, withLinks(item.text, speech.say("link")));
    this.node = el(
      "div",
      { class: `message ${item.mine ? "mine" : "theirs"}`, "data-part": "message", "data-by": item.mine ? "visitor" : "operator" },
      item.mine ? null : el("span", { class: "who", "aria-hidden": "true" }, el("bdi", {}, author)),
      item.mine ? null : el("span", { class: "face", "aria-hidden": "true" }, initial(author)),
      el("div", { class: "bubble" }, el("span", { class: "sr" }, `${author}: `), text, meta),
      this.trouble,
    );
    this.shown = "";
  }

  /** @param {Item} item */
  update(item) {
    const { classList } = this.node;
    classList.toggle("first", item.first);
    classList.toggle("last", item.last);
    classList.toggle("failed", Boolean(item.failed));
    const shown = `${item.n} ${item.mark} ${item.failed ? item.failed.code : ""}`;
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
    if (item.failed) this.explain(item.failed);
  }

  /** @param {{code: string, text: string}} failed */
  explain(failed) {
    const { speech, actions, key } = this;
    /** @param {string} name @param {(id: string) => void} act */
    const button = (name, act) => el("button", { type: "button", class: "link", "data-part": name, onclick: () => act(key) }, speech.say(name));
    this.trouble.append(
      el("span", { role: "alert" }, `${speech.say("failed")}. ${speech.why(failed)}`),
      ...(failed.code === "inbox_full" ? [button("form", actions.leaveMessage)] : []),
      button("retry", actions.retry),
      button("remove", actions.remove),
    );
  }
}

/**
 * @typedef {object} Actions
 * @property {(id: string) => void} retry
 * @property {(id: string) => void} remove
 * @property {(id: string) => void} leaveMessage
 */

export class Transcript {
  /** @param {Speech} speech @param {Actions} actions */
  constructor(speech, actions) {
    this.speech = speech;
    this.actions = actions;
    /** @type {Map<string, MessageView>} */
    this.views = new Map();
    /** @type {Map<string, HTMLElement>} */
    this.days = new Map();
    this.node = el("div", { class: "log", "data-part": "log", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": speech.say("log") });
  }

  /** @param {import("./conversation.js").Conversation} talk @param {number} now @returns {number} how many messages there are */
  update(talk, now) {
    const items = itemsOf(talk);
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
      const view = this.views.get(item.key) || new MessageView(item, this.speech, this.actions);
      view.update(item);
      views.set(item.key, view);
      wanted.push(view.node);
    }
    this.views = views;
    this.days = days;
    this.arrange(wanted);
    return items.length;
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
