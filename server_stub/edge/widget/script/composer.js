// Where the visitor writes: an input that grows, the send button, how much is too much. Enter sends, Shift+Enter breaks the line.

import { el, icon, setText } from "./dom.js";
import { excess, tidy } from "./text.js";
import { Speech } from "./words.js";

const MOST_PX = 140;

export class Composer {
  /**
   * @param {Speech} speech
   * @param {object} ears
   * @param {(text: string) => string} ears.send   returns a word that says why not; empty: sent
   * @param {(text: string) => void} ears.typed
   * @param {import("./intake.js").Intake} intake
   */
  constructor(speech, ears, intake) {
    this.speech = speech;
    this.ears = ears;
    this.input = el("textarea", {
      class: "input", "data-part": "input", rows: 1, dir: "auto", enterkeyhint: "send", autocomplete: "off",
      "aria-label": speech.say("compose"), placeholder: speech.say("placeholder"), "aria-describedby": "note",
      oninput: () => this.typed(),
      onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event),
      onpaste: (/** @type {ClipboardEvent} */ event) => intake.paste(event),
    });
    this.button = el(
      "button",
      // The button does not take the focus, so a phone's keyboard stays up; the keyboard reaches it all the same.
      { type: "submit", class: "send", "data-part": "send", "aria-label": speech.say("send"), title: speech.say("send"),
        onpointerdown: (/** @type {Event} */ event) => event.preventDefault() },
      icon("send"),
    );
    this.note = el("div", { class: "note", id: "note", role: "status" });
    /** Words of a stored message stand in the input, in place of what was being written. */
    this.editing = false;
    this.kept = "";
    this.strip = el(
      "div",
      { class: "strip", role: "status", hidden: true },
      el("span", {}, speech.say("editing")),
      el("button", { type: "button", class: "link", "data-part": "cancel", onclick: () => this.leaveEdit() }, speech.say("cancel")),
    );
    this.node = el(
      "form",
      { class: "composer", onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        this.send();
      } },
      this.strip,
      intake.ask,
      el("div", { class: "field" }, intake.picker, intake.button, this.input, this.button),
      this.note,
    );
    this.refresh();
  }

  get text() {
    return this.input.value;
  }

  /** @param {string} text */
  set text(text) {
    this.input.value = text;
    this.refresh();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    // While an input method composes, Enter accepts its suggestion.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.send();
  }

  typed() {
    this.refresh();
    if (!this.editing) this.ears.typed(this.input.value);
  }

  /** The words of a message come in to be changed; what is being written is kept meanwhile. @param {string} text */
  edit(text) {
    if (!this.editing) this.kept = this.text;
    this.editing = true;
    this.strip.hidden = false;
    this.text = text;
    this.input.focus();
  }

  leaveEdit() {
    this.editing = false;
    this.strip.hidden = true;
    this.text = this.kept;
    this.input.focus();
  }

  send() {
    const text = tidy(this.input.value);
    if (!text) return;
    const why = this.ears.send(text);
    if (why) {
      this.tell(this.speech.say(why));
      return;
    }
    if (this.editing) {
      this.leaveEdit();
      return;
    }
    this.text = "";
    this.ears.typed("");
  }

  /** @param {string} sentence */
  tell(sentence) {
    setText(this.note, sentence);
    this.note.hidden = !sentence;
  }

  refresh() {
    const { input } = this;
    input.style.height = "auto";
    if (input.scrollHeight) input.style.height = `${Math.min(MOST_PX, input.scrollHeight)}px`;
    input.classList.toggle("tall", input.scrollHeight > MOST_PX);
    const over = input.value.length > 1000 ? excess(tidy(input.value)) : 0;
    this.tell(over ? this.speech.say("long", { count: over }) : "");
    this.button.disabled = !input.value.trim() || over > 0;
  }
}
