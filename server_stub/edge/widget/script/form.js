// The offline form: a message, and where to answer. It takes the place of the conversation while it is open.

import { excess, tidy } from "./text.js";
import { el, setText } from "./dom.js";
import { Speech } from "./words.js";

const NAME_CHARS = 80;
const PHONE_CHARS = 64;
const EMAIL_CHARS = 254;

/** @typedef {{name: string, email: string, phone: string, text: string}} Left */

export class LeaveForm {
  /** @param {Speech} speech @param {{send: (left: Left) => void, back: () => void}} ears */
  constructor(speech, ears) {
    this.speech = speech;
    const input = (/** @type {object} */ given) => el("input", { ...given, dir: "auto" });
    this.name = input({ name: "name", autocomplete: "name", maxlength: NAME_CHARS });
    this.email = input({ name: "email", type: "email", autocomplete: "email", maxlength: EMAIL_CHARS });
    this.phone = input({ name: "phone", type: "tel", autocomplete: "tel", maxlength: PHONE_CHARS });
    this.text = el("textarea", { name: "text", rows: 4, dir: "auto" });
    this.title = el("h3", { tabindex: -1 }, speech.say("formTitle"));
    this.problem = el("p", { class: "problem", role: "alert", hidden: true, id: "form-problem" });
    this.submit = el("button", { type: "submit", class: "button" }, speech.say("formSend"));
    const back = () => el("button", { type: "button", class: "button quiet", "data-part": "form-back", onclick: ears.back }, speech.say("formBack"));
    const field = (/** @type {string} */ label, /** @type {Node} */ control) => el("label", {}, el("span", {}, speech.say(label)), control);
    this.body = el(
      "form",
      {
        novalidate: true,
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          const left = this.checked();
          if (left) ears.send(left);
        },
      },
      el("p", {}, speech.say("formWhy")),
      field("formText", this.text),
      field("formName", this.name),
      field("formEmail", this.email),
      field("formPhone", this.phone),
      this.problem,
      el("div", { class: "row" }, this.submit, back()),
    );
    this.said = el("p", { role: "status", tabindex: -1 });
    this.after = el("div", { class: "after", hidden: true }, this.said, back());
    this.element = el("div", { class: "leave", "data-part": "form-view", hidden: true }, this.title, this.body, this.after);
  }

  /** @param {Partial<Left>} left what is known already */
  open(left) {
    for (const name of /** @type {const} */ (["name", "email", "phone", "text"])) {
      if (left[name]) this[name].value = left[name];
    }
    this.complain("", null);
    this.show("asking");
    this.title.focus();
  }

  /** @param {"hidden" | "asking" | "sending" | "done"} state */
  show(state) {
    const after = state === "sending" || state === "done";
    const fresh = after && this.after.hidden;
    this.element.hidden = state === "hidden";
    this.body.hidden = after;
    this.title.hidden = after;
    this.after.hidden = !after;
    if (after) setText(this.said, this.speech.say(state === "done" ? "formDone" : "formSending"));
    if (fresh) this.said.focus();
    if (state === "done") this.text.value = "";
  }

  /** @returns {Left | null} null: something is missing, and the visitor was told */
  checked() {
    const value = (/** @type {any} */ field) => tidy(field.value);
    const left = { name: value(this.name), email: value(this.email), phone: value(this.phone), text: value(this.text) };
    if (!left.text) return this.complain("formNeedText", this.text);
    if (excess(left.text)) return this.complain("text_too_long", this.text);
    if (left.email && !/^[^\s@]+@[^\s@]+$/.test(left.email)) return this.complain("formBadEmail", this.email);
    if (!left.email && !left.phone) return this.complain("contact_needed", this.email);
    this.complain("", null);
    return left;
  }

  /** @param {string} word empty: nothing @param {any} field @returns {null} */
  complain(word, field) {
    this.refuse(word ? this.speech.say(word) : "");
    for (const each of [this.text, this.name, this.email, this.phone]) {
      const wrong = each === field;
      each.setAttribute("aria-invalid", String(wrong));
      if (wrong) each.setAttribute("aria-describedby", "form-problem");
      else each.removeAttribute("aria-describedby");
    }
    field?.focus();
    return null;
  }

  /** @param {string} sentence */
  refuse(sentence) {
    this.problem.hidden = !sentence;
    setText(this.problem, sentence);
  }
}
