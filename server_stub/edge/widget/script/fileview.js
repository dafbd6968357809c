// A file in the conversation: on its way to the relay with its progress, a picture, or a row with a name and what can be done.
// Nothing is opened by itself. A picture is fetched when it comes into sight; a big one, or for who saves data, when it is asked for.

import { el, icon, setText } from "./dom.js";
import { drawable, isPicture } from "./files.js";
import { Speech } from "./words.js";

/** The longest side of a picture in the conversation, in CSS pixels, and the least place that it takes. */
const SIDE_PX = 240;
const LEAST_PX = 56;
/** Fetched without being asked for. */
const UNASKED_BYTES = 3 * 1024 * 1024;
/** So big a picture of the visitor's own is not drawn beforehand. */
const DRAWN_BYTES = 30 * 1024 * 1024;

/**
 * @typedef {object} FileEars
 * @property {(file: string, told: import("./tickets.js").Question["told"]) => void} addressOf  a ticket for the file
 * @property {(file: string) => void} stale      its ticket is of no use
 * @property {(file: import("./files.js").Kept, told: (code: string) => void) => void} save
 * @property {(file: import("./files.js").Kept, from: HTMLElement) => void} open  show it large
 * @property {(file: import("./files.js").Kept) => void} shut  no longer
 * @property {(id: string) => void} cancel
 * @property {(change: () => void) => void} resize  the change makes something higher or lower
 */

/** @typedef {(node: Element, seen: () => void) => void} Watch  calls once when the node comes into sight */

/** @typedef {{id: string, file?: import("./files.js").Kept, upload?: import("./uploads.js").Upload}} Shown */

export class FileView {
  /** @param {Speech} speech @param {FileEars} ears @param {Watch} watch */
  constructor(speech, ears, watch) {
    this.speech = speech;
    this.ears = ears;
    this.watch = watch;
    /** @type {import("./files.js").Kept | undefined} */
    this.file = undefined;
    this.id = "";
    this.tries = 0;
    this.busy = false;
    /** Its picture waits to be asked for. */
    this.waits = false;
    this.drawn = false;
    this.drawing = false;
    this.name = el("bdi", { class: "name" });
    this.info = el("span", { class: "info", "aria-live": "off" });
    this.bar = el("progress", { max: 1, "data-part": "progress", "aria-live": "off", hidden: true });
    this.cancel = this.tool("close", "cancel-upload", () => ears.cancel(this.id));
    this.get = this.tool("save", "download", () => this.save());
    this.row = el("div", { class: "row" }, icon("file"), el("div", { class: "names" }, this.name, this.info), this.cancel, this.get);
    this.problem = el("span", { class: "problem", role: "status" });
    this.picture = el("button", { type: "button", class: "picture", "data-part": "picture", hidden: true, onclick: () => this.press() });
    this.node = el("div", { class: "file", "data-part": "file" }, this.picture, this.row, this.bar, this.problem);
  }

  /** @param {"close" | "save"} sign @param {string} part @param {() => void} act */
  tool(sign, part, act) {
    return el("button", { type: "button", class: "tool", "data-part": part, hidden: true, onclick: act }, icon(sign));
  }

  /** @param {Shown} shown */
  show({ id, file, upload }) {
    this.id = id;
    if (upload) this.showUpload(upload);
    else if (file && file.id !== this.file?.id) this.showFile(file);
  }

  // ---------------------------------------------------------------- on its way

  /** @param {import("./uploads.js").Upload} upload */
  showUpload({ name, file, state, sent }) {
    const { speech } = this;
    this.label(name, file.size, state === "waiting" ? speech.say("uploadWaiting") : state === "sending" && sent >= file.size ? speech.say("uploadChecked") : "");
    const going = state !== "failed";
    this.cancel.hidden = this.bar.hidden = !going;
    this.cancel.setAttribute("aria-label", speech.say("uploadCancel", { name }));
    this.bar.setAttribute("aria-label", speech.say("uploading", { name }));
    this.bar.value = sent / file.size;
    if (!this.drawn) this.preview(file, name);
  }

  /** The visitor's own picture, drawn small before anything is sent. @param {File} file @param {string} name */
  async preview(file, name) {
    this.drawn = true;
    if (!drawable(file.type) || file.size > DRAWN_BYTES) return;
    this.drawing = true;
    try {
      const drawing = await drawingOf(file);
      this.picture.setAttribute("aria-label", name);
      this.picture.disabled = true; // large it is shown as the relay gives it
      this.ears.resize(() => this.place(drawing, drawing.width, drawing.height));
    } catch {
      // Not a picture after all; the row says all there is to say.
    }
    this.drawing = false;
    if (this.file) this.showFile(this.file);
  }

  // ---------------------------------------------------------------- with the relay

  /** @param {import("./files.js").Kept} file */
  showFile(file) {
    const { speech } = this;
    this.file = file;
    this.cancel.hidden = this.bar.hidden = true;
    this.label(file.name, file.size);
    this.get.setAttribute("aria-label", speech.say("download", { name: file.name }));
    this.get.title = speech.say("downloadShort");
    this.picture.setAttribute("aria-label", speech.say("openPicture", { name: file.name }));
    this.picture.disabled = false;
    const pictured = isPicture(file);
    this.get.hidden = pictured;
    this.row.hidden = pictured;
    this.picture.hidden = !pictured;
    if (!pictured || this.drawing || this.picture.querySelector("canvas, img")) return;
    this.place(icon("image"), file.width, file.height);
    const saving = /** @type {any} */ (navigator).connection?.saveData;
    if (file.size > UNASKED_BYTES || saving) {
      this.picture.append(el("span", { class: "offer" }, `${speech.say("showPicture")} · ${speech.size(file.size)}`));
      this.waits = true;
    } else this.watch(this.picture, () => this.load());
  }

  press() {
    if (!this.file) return;
    if (this.waits) this.load();
    else this.ears.open(this.file, this.picture);
  }

  load() {
    const { file } = this;
    if (!file || this.busy) return;
    this.waits = false;
    this.busy = true;
    this.picture.querySelector(".offer")?.remove();
    this.ears.addressOf(file.id, (ticket, refusal) => {
      if (!ticket) this.lose(refusal?.code || "");
      else this.draw(file, ticket.url);
    });
  }

  /** @param {import("./files.js").Kept} file @param {string} url */
  draw(file, url) {
    const img = el("img", { alt: file.name, decoding: "async", draggable: "false", referrerpolicy: "no-referrer" });
    img.onload = () => {
      this.busy = false;
      const { naturalWidth, naturalHeight } = img;
      // Who wants no motion gets the first picture of a moving one.
      const moving = file.type === "image/gif" || file.type === "image/webp";
      const still = moving && matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.ears.resize(() => this.place(still ? canvasOf(img, naturalWidth, naturalHeight, SIDE_PX) : img, naturalWidth, naturalHeight));
    };
    img.onerror = () => {
      this.busy = false;
      this.ears.stale(file.id);
      this.tries += 1;
      // The ticket may have run out, or be of a run that is over. The second time it is something else.
      if (this.tries < 2) this.load();
      else this.lose("");
    };
    img.src = url;
  }

  /** It can't be shown: a row stands in its place. @param {string} code */
  lose(code) {
    this.busy = false;
    this.ears.resize(() => {
      this.picture.hidden = true;
      this.row.hidden = false;
      this.get.hidden = code === "file_gone";
      this.tell(code || "noPicture");
    });
  }

  save() {
    const { file } = this;
    if (!file || this.busy) return;
    this.busy = true;
    this.get.setAttribute("aria-busy", "true");
    setText(this.problem, "");
    this.ears.save(file, (code) => {
      this.busy = false;
      this.get.removeAttribute("aria-busy");
      if (code) this.tell(code);
      if (code === "file_gone") this.get.hidden = true;
    });
  }

  /** @param {string} code */
  tell(code) {
    setText(this.problem, this.speech.why({ code, text: this.speech.say("fileFailed") }));
  }

  /** @param {string} name @param {number} size @param {string} [more] */
  label(name, size, more) {
    setText(this.name, name);
    this.name.title = name;
    setText(this.info, [kindOf(name), this.speech.size(size), more].filter(Boolean).join(" · "));
  }

  /** What is drawn, in a box of its shape that stands from the beginning, so nothing jumps. @param {Element} drawing @param {number} width @param {number} height */
  place(drawing, width, height) {
    const scale = Math.min(1, SIDE_PX / width, SIDE_PX / height);
    const box = [width, height].map((side) => Math.max(LEAST_PX, Math.round(side * scale)));
    this.picture.style.setProperty("width", `${box[0]}px`);
    this.picture.style.setProperty("aspect-ratio", `${box[0]} / ${box[1]}`);
    this.picture.hidden = false;
    this.picture.replaceChildren(drawing);
  }
}

/** The ending of a name, as people call kinds of files. @param {string} name */
function kindOf(name) {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name);
  return ending ? ending[1].toUpperCase() : "";
}

/**
 * A picture from the visitor's disk, small. On a canvas, because a site's policy need not allow `blob:` pictures for it.
 * @param {Blob} file @param {number} side the longest, in CSS pixels @returns {Promise<HTMLCanvasElement>}
 */
export async function drawingOf(file, side = SIDE_PX) {
  const bitmap = await createImageBitmap(file);
  const canvas = canvasOf(bitmap, bitmap.width, bitmap.height, side);
  bitmap.close();
  return canvas;
}

/** @param {CanvasImageSource} source @param {number} width @param {number} height @param {number} side */
function canvasOf(source, width, height, side) {
  const scale = Math.min(1, (side * Math.min(2, devicePixelRatio)) / Math.max(width, height));
  const canvas = el("canvas", { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)), "aria-hidden": "true" });
  canvas.getContext("2d")?.drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
}
