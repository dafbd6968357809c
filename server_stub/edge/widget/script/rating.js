// The rating at a chat's end: five stars as a radio group, a comment if one likes, thanks.

import { el, icon, setText } from "./dom.js";
import { Speech } from "./words.js";

const COMMENT_CHARS = 1000;

export class Rating {
  /** @param {Speech} speech @param {(score: number, text: string) => void} rate */
  constructor(speech, rate) {
    this.speech = speech;
    this.score = 0;
    this.stars = [1, 2, 3, 4, 5].map((score) => this.star(score));
    this.named = el("div", { class: "score", "aria-hidden": "true" });
    this.comment = el("textarea", { rows: 2, maxlength: COMMENT_CHARS, placeholder: speech.say("comment"), "aria-label": speech.say("comment"), dir: "auto" });
    this.submit = el("button", { type: "submit", class: "button" }, speech.say("rateSend"));
    this.more = el("div", { class: "more", hidden: true }, this.comment, this.submit);
    this.problem = el("p", { class: "problem", role: "alert", hidden: true });
    this.form = el(
      "form",
      {
        onsubmit: (/** @type {Event} */ event) => {
          event.preventDefault();
          if (this.score) rate(this.score, this.comment.value.trim());
        },
      },
      el("fieldset", { role: "radiogroup", "aria-label": speech.say("rate") }, el("legend", {}, speech.say("rate")), el("div", { class: "stars" }, ...this.stars)),
      this.named,
      this.more,
      this.problem,
    );
    this.thanks = el("div", { class: "thanks", role: "status", tabindex: -1, hidden: true });
    this.element = el("div", { class: "rating", "data-part": "rating", hidden: true }, this.form, this.thanks);
  }

  /** @param {number} score */
  star(score) {
    const name = this.speech.say("score", { count: score, name: this.speech.scores[score - 1] });
    const input = el("input", { type: "radio", name: "score", value: score, "aria-label": name, onchange: () => this.choose(score) });
    return el("label", { title: this.speech.scores[score - 1] }, input, icon("star"));
  }

  /** @param {number} score */
  choose(score) {
    this.score = score;
    this.stars.forEach((star, at) => star.classList.toggle("on", at < score));
    setText(this.named, score ? this.speech.scores[score - 1] : "");
    this.more.hidden = !score;
    // The button has come in below the fold.
    if (score) this.element.scrollIntoView({ block: "end" });
  }

  /** @param {{wanted: boolean, given: number, refusal: {code: string, text: string} | undefined}} now `given`: 1 to 5, also while it is being sent; 0: not yet */
  show({ wanted, given, refusal }) {
    this.element.hidden = !wanted;
    const thanked = given > 0 && !refusal;
    if (thanked && this.thanks.hidden) {
      const had = this.form.contains(/** @type {ShadowRoot} */ (this.element.getRootNode()).activeElement);
      this.thanks.replaceChildren(el("strong", {}, this.speech.say("thanks")), ` ${this.speech.say("rated", { count: given })}`);
      this.thanks.hidden = false;
      if (had) this.thanks.focus();
    }
    this.form.hidden = thanked;
    this.thanks.hidden = !thanked;
    this.problem.hidden = !refusal;
    setText(this.problem, refusal ? this.speech.why(refusal) : "");
    if (!wanted && this.score) {
      this.form.reset();
      this.choose(0);
    }
  }
}
