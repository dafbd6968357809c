// How files come in: the button beside the input, files dropped on the panel, a picture from the clipboard. What can't be sent is said
// at once. A chosen or dropped file goes at once, and the words that stand in the input stay there: nobody has said yet that they may go.
// What was pasted is asked about first, for Ctrl+V may bring another thing than one thinks.

import { el, icon } from "./dom.js";
import { drawingOf } from "./fileview.js";
import { drawable } from "./files.js";
import { Speech } from "./words.js";

/** After so long without a word from the browser nobody drags anything here. */
const DRAG_MS = 700;
const THUMB_PX = 44;
/** Said of one choice at most. */
const REASONS = 3;

export class Intake {
  /**
   * @param {Speech} speech @param {import("./files.js").Files} files
   * @param {object} ears
   * @param {(sentence: string) => void} ears.tell  why something was not taken
   * @param {() => void} ears.taken
   * @param {() => boolean} ears.closed  files can't be taken just now, whatever the desk takes
   * @param {() => void} ears.focus      the input shall have the focus
   */
  constructor(speech, files, ears) {
    this.speech = speech;
    this.files = files;
    this.ears = ears;
    this.dragTimer = 0;
    /** @type {File[]} pasted, and not yet agreed to */
    this.pasted = [];
    this.picker = el("input", { type: "file", multiple: true, hidden: true, tabindex: -1, "aria-hidden": "true", "data-part": "picker", onchange: () => this.picked() });
    this.button = el(
      "button",
      { type: "button", class: "clip", "data-part": "attach", "aria-label": speech.say("attach"), title: speech.say("attach"), hidden: true, onclick: () => this.picker.click() },
      icon("clip"),
    );
    this.most = el("span");
    this.target = el("div", { class: "drop", "data-part": "drop", "aria-hidden": "true", hidden: true }, icon("clip"), el("strong", {}, speech.say("drop")), this.most);
    this.question = el("p", { id: "paste-ask" });
    this.thumb = el("span", { class: "thumb" });
    this.yes = el("button", { type: "button", class: "button", "data-part": "paste-yes", onclick: () => this.agree() }, speech.say("send"));
    this.ask = el(
      "div",
      { class: "paste", "data-part": "paste", role: "group", "aria-labelledby": "paste-ask", hidden: true },
      this.thumb, this.question,
      el("div", { class: "row" }, this.yes, el("button", { type: "button", class: "button quiet", "data-part": "paste-no", onclick: () => this.drop() }, speech.say("cancel"))),
    );
  }

  /** @param {HTMLElement} panel */
  listen(panel) {
    for (const name of ["dragenter", "dragover"]) panel.addEventListener(name, (event) => this.drag(/** @type {DragEvent} */ (event)));
    panel.addEventListener("drop", (event) => this.dropped(event));
  }

  show() {
    const { bytes, types } = this.files.rules;
    this.button.hidden = !bytes;
    // Not every system knows these as the plain text that they are.
    const accept = [...types, ...(types.includes("text/plain") ? [".log", ".md"] : [])].join(",");
    if (this.picker.accept !== accept) this.picker.accept = accept;
    this.most.textContent = bytes ? this.speech.say("dropMost", { size: this.speech.size(bytes) }) : "";
  }

  get asking() {
    return this.pasted.length > 0;
  }

  picked() {
    this.take([...(this.picker.files || [])]);
    this.picker.value = ""; // the same file can be chosen again
    this.ears.focus();
  }

  /** @param {DragEvent} event */
  drag(event) {
    const { dataTransfer } = event;
    if (!dataTransfer || !dataTransfer.types.includes("Files")) return;
    // Even where none is taken: what is let go over the panel must not open in place of the page.
    event.preventDefault();
    event.stopPropagation();
    const takes = this.files.rules.bytes > 0 && !this.ears.closed();
    dataTransfer.dropEffect = takes ? "copy" : "none";
    this.target.hidden = !takes;
    clearTimeout(this.dragTimer);
    this.dragTimer = window.setTimeout(() => (this.target.hidden = true), DRAG_MS);
  }

  /** @param {DragEvent} event */
  dropped(event) {
    const { dataTransfer } = event;
    if (!dataTransfer || !dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    this.target.hidden = true;
    if (!this.ears.closed()) this.take([...dataTransfer.files]);
  }

  /** @param {ClipboardEvent} event */
  paste(event) {
    const { clipboardData } = event;
    const files = clipboardData ? [...clipboardData.files] : [];
    // A piece of a document or a table brings a picture of itself along: its words are what is meant.
    const words = clipboardData && clipboardData.types.includes("text/plain") && clipboardData.types.includes("text/html");
    if (!files.length || words) return;
    event.preventDefault();
    /** @type {File[]} */
    const good = [];
    this.sort(files, (file) => good.push(file));
    if (good.length) this.wonder(good);
  }

  /** @param {File[]} files */
  wonder(files) {
    const { speech } = this;
    this.pasted = files;
    this.question.textContent = files.length === 1
      ? speech.say("pasteOne", { name: files[0].name, size: speech.size(files[0].size) })
      : speech.say("pasteMany", { count: files.length });
    this.thumb.replaceChildren(icon("file"));
    if (drawable(files[0].type)) drawingOf(files[0], THUMB_PX).then((drawing) => this.thumb.replaceChildren(drawing), () => {});
    this.ask.hidden = false;
    this.yes.focus();
  }

  agree() {
    const files = this.pasted;
    this.drop();
    this.take(files);
  }

  drop() {
    this.pasted = [];
    this.ask.hidden = true;
    this.ears.focus();
  }

  /** @param {File[]} files */
  take(files) {
    const before = this.files.uploads.entries.size;
    this.sort(files, (file) => this.files.uploads.add(file));
    if (this.files.uploads.entries.size > before) this.ears.taken();
  }

  /** Of those that can't be sent it is said why not. @param {File[]} files @param {(file: File) => void} good */
  sort(files, good) {
    const reasons = new Set();
    for (const file of files) {
      const why = this.files.wrong(file);
      if (why) reasons.add(this.why(why, file));
      else good(file);
    }
    this.ears.tell([...reasons].slice(0, REASONS).join("\n"));
  }

  /** @param {string} word @param {File} file */
  why(word, { name, size }) {
    const { speech, files } = this;
    const { bytes, types } = files.rules;
    const limit = speech.size(bytes);
    const near = speech.size(size) === limit; // "it takes 20 MB, and 20 MB can be sent" would say nothing
    return speech.say(word, { name, size: speech.size(size, near), limit: near ? speech.size(bytes, true) : limit, kinds: speech.kinds(types) });
  }
}
