// A picture shown large, over the page. Esc, its button and a click beside it close it; the focus goes back to where it came from.

import { el, icon, setText } from "./dom.js";
import { Speech } from "./words.js";

export class Lightbox {
  /**
   * @param {Speech} speech
   * @param {object} ears
   * @param {import("./fileview.js").FileEars["addressOf"]} ears.addressOf
   * @param {import("./fileview.js").FileEars["stale"]} ears.stale
   * @param {import("./fileview.js").FileEars["save"]} ears.save
   */
  constructor(speech, ears) {
    this.speech = speech;
    this.ears = ears;
    /** @type {import("./files.js").Kept | null} */
    this.file = null;
    /** @type {HTMLElement | null} */
    this.from = null;
    const tool = (/** @type {string} */ word, /** @type {any} */ sign, /** @type {string} */ part, /** @type {() => void} */ act) =>
      el("button", { type: "button", class: "tool", autofocus: sign === "close", "data-part": part, "aria-label": speech.say(word), title: speech.say(word), onclick: act }, icon(sign));
    this.name = el("bdi", { class: "name" });
    this.note = el("p", { role: "status" });
    this.stage = el("div", { class: "picture-stage" });
    this.node = el(
      "dialog",
      {
        class: "large", "data-part": "large",
        onclick: (/** @type {MouseEvent} */ event) => event.target === this.stage && this.close(),
        onclose: () => this.closed(),
      },
      el("div", { class: "bar" }, this.name, tool("downloadShort", "save", "large-download", () => this.save()), tool("closePicture", "close", "large-close", () => this.close())),
      this.stage, this.note,
    );
  }

  /** @param {import("./files.js").Kept} file @param {HTMLElement} from what has the focus, and gets it back */
  open(file, from) {
    this.file = file;
    this.from = from;
    setText(this.name, file.name);
    this.node.setAttribute("aria-label", file.name);
    this.tell("pictureLoads");
    this.stage.replaceChildren();
    this.node.showModal();
    this.load(file, 1);
  }

  /** @param {import("./files.js").Kept} file @param {number} tries so many more */
  load(file, tries) {
    this.ears.addressOf(file.id, (ticket, refusal) => {
      if (this.file !== file) return;
      if (!ticket) {
        this.tell(refusal?.code || "noPicture");
        return;
      }
      const img = el("img", { alt: file.name, decoding: "async", referrerpolicy: "no-referrer" });
      img.onload = () => {
        if (this.file !== file) return;
        this.stage.replaceChildren(img);
        setText(this.note, "");
      };
      img.onerror = () => {
        this.ears.stale(file.id);
        if (this.file !== file) return;
        if (tries) this.load(file, tries - 1);
        else this.tell("noPicture");
      };
      img.src = ticket.url;
    });
  }

  save() {
    if (this.file) this.ears.save(this.file, (code) => this.tell(code));
  }

  /** @param {string} code empty: nothing is to be said */
  tell(code) {
    setText(this.note, code && this.speech.why({ code, text: this.speech.say("fileFailed") }));
  }

  close() {
    this.node.close();
  }

  /** It is deleted. @param {import("./files.js").Kept} file */
  shut(file) {
    if (this.file === file) this.close();
  }

  closed() {
    this.file = null;
    this.stage.replaceChildren();
    this.from?.focus();
    this.from = null;
  }
}
