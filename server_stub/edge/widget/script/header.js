// The panel's head: who is there, how things stand in one line, and what is wrong with the link.

import { el, icon, initial, setText } from "./dom.js";
import { Talk } from "./talk.js";
import { Speech } from "./words.js";

export class Header {
  /** @param {Speech} speech @param {Talk} talk @param {string} name of the window; empty: the usual one */
  constructor(speech, talk, name) {
    this.speech = speech;
    this.talk = talk;
    this.name = name || speech.say("title");
    this.face = el("span", { class: "face", "aria-hidden": "true" });
    this.title = el("h2");
    this.status = el("p", { class: "status", "data-part": "status" });
    this.names = el("div", { class: "names" }, this.title, this.status);
    this.line = el("div", { class: "line", "data-part": "line", hidden: true });
  }

  show() {
    const { state, operator } = this.talk.conversation.chat;
    const named = state === "held" && operator;
    setText(this.title, named ? operator : this.name);
    setText(this.status, this.state());
    const sign = named ? initial(operator) : "";
    if (this.face.dataset.of !== sign || !this.face.hasChildNodes()) {
      this.face.dataset.of = sign;
      this.face.replaceChildren(sign || icon("chat"));
    }
    this.showLine();
  }

  /** The place in the queue, as a sentence. */
  place() {
    const { position } = this.talk.conversation.chat;
    if (!position) return this.speech.say("waiting");
    return `${this.speech.say("waiting")}. ${position === 1 ? this.speech.say("next") : this.speech.say("position", { count: position })}`;
  }

  /** One line on how things stand. */
  state() {
    const { speech, talk } = this;
    const { state, operator, position } = talk.conversation.chat;
    const name = operator || speech.say("operator");
    if (talk.typing && state === "held") return speech.say("typing", { name });
    if (state === "held") return speech.say(operator ? "operator" : "heldNobody");
    if (state === "waiting") return position > 1 ? speech.say("position", { count: position }) : speech.say(position === 1 ? "next" : "waiting");
    return speech.say(state === "closed" ? "closed" : "idle");
  }

  showLine() {
    const { speech, talk } = this;
    const { state, wanted } = talk.link;
    let text = "";
    if (talk.ended && talk.ended !== "replaced") text = speech.say(talk.ended);
    else if (wanted && state === "offline") text = speech.say("offline");
    else if (wanted && state === "connecting") text = speech.say("connecting");
    this.line.classList.toggle("quiet", state === "connecting");
    this.line.classList.toggle("away", state === "offline" || Boolean(talk.ended));
    this.line.hidden = !text;
    setText(this.line, text);
  }
}
