// Says to a screen reader what the eye sees at a glance: who came, the place in the queue, the link. Messages are told by the log.

import { el } from "./dom.js";
import { Speech } from "./words.js";
import { Talk } from "./talk.js";

const SAID_CHARS = 200;

export class Voice {
  /** @param {Speech} speech @param {Talk} talk */
  constructor(speech, talk) {
    this.speech = speech;
    this.talk = talk;
    this.node = el("div", { class: "sr", role: "status", "aria-live": "polite" });
    this.state = "";
    this.offline = false;
    /** The newest message that was told, or seen; what a page begins with is no news. */
    this.told = talk.conversation.have;
    this.toldChange = this.told;
  }

  /** @param {boolean} open whether the panel is @param {string} place in the queue, as a sentence */
  tell(open, place) {
    const words = [this.chat(open, place), this.link(open), this.message(open), this.change(open), ...this.files()].filter(Boolean);
    if (words.length) this.node.textContent = words.join(". ");
  }

  /** @param {boolean} open @param {string} place */
  chat(open, place) {
    const { speech, talk, state: before } = this;
    const { state, operator } = talk.conversation.chat;
    const now = talk.typing && state === "held" ? "typing" : state;
    this.state = now;
    if (!open || !before || now === before) return "";
    const name = operator || speech.say("operator");
    if (now === "typing") return speech.say("typing", { name });
    if (now === "held") return before === "typing" ? "" : operator ? speech.say("held", { name }) : speech.say("heldNobody");
    if (now === "waiting") return place;
    return now === "closed" ? speech.say("closed") : "";
  }

  /** @param {boolean} open */
  link(open) {
    const { state, wanted } = this.talk.link;
    if (!wanted || (state !== "offline" && state !== "live")) return "";
    const offline = state === "offline";
    const news = offline !== this.offline;
    this.offline = offline;
    return news && open ? this.speech.say(offline ? "offline" : "back") : "";
  }

  /** @param {boolean} open */
  message(open) {
    const { log } = this.talk.conversation;
    const last = log.filter((message) => !message.of && !message.deleted).pop();
    const news = last && last.n > this.told && last.by === "operator";
    this.told = this.talk.conversation.have;
    if (!news || open) return "";
    const text = last.text || (last.file ? this.speech.say("fileNamed", { name: last.file.name }) : "");
    return this.speech.say("said", { name: last.name || this.speech.say("operator"), text: text.slice(0, SAID_CHARS) });
  }

  /** Begin and end of what is sent; not each percent of it. */
  files() {
    return this.talk.files.uploads.news.splice(0).map(({ word, name }) => this.speech.say(word, { name }));
  }

  /** Words that changed on the screen: the log itself tells of new ones only. @param {boolean} open */
  change(open) {
    const { log, have } = this.talk.conversation;
    const last = log.filter((message) => message.of && message.n > this.toldChange && message.by === "operator").pop();
    this.toldChange = have;
    const changed = last && log.find((message) => message.n === last.of);
    if (!changed || !open) return "";
    if (changed.deleted) return this.speech.say("deleted");
    return `${this.speech.say("edited")}: ${changed.text.slice(0, SAID_CHARS)}`;
  }
}
