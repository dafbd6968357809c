// Files on their way to the relay, one after the other, in the order in which they were chosen. A file that has arrived becomes a
// message in the outbox and is no more of ours. Files can't be kept beyond the page, so a page with one on its way asks before it goes.

import { newId, wellFormed } from "./store.js";
import { transfer } from "./transfer.js";

/** So often by itself over a link that stands; then the visitor is asked. */
const TRIES = 3;
const PAUSE_MS = 1_000;
/** Who chose more files than the relay takes at once need not press a button for each: it takes one about so often. */
const CROWDED_FILES_MS = 11_000;
/** A link that came back finds an upload that has not moved for so long: it is as dead as the link was. */
const MOVED_MS = 2_000;
const FILE_NAME_CHARS = 120;
/** By the status, where the answer doesn't say. */
const CODES = /** @type {Record<number, string>} */ ({ 408: "too_slow", 411: "file_too_big", 413: "file_too_big", 415: "file_type", 422: "file_infected", 429: "files_too_many", 503: "file_unscanned", 507: "files_full" });
/** Trying again would end the same. */
const FINAL = ["files_off", "file_too_big", "file_type", "file_infected", "file_unknown", "file_used", "fileUnreadable"];

/** @param {string} code @returns {boolean} whether it may go better another time */
export function worthRetry(code) {
  return !FINAL.includes(code);
}

/**
 * @typedef {object} Upload
 * @property {string} id      of the message that it becomes
 * @property {File} file
 * @property {string} name    as the relay is told
 * @property {number} at
 * @property {"waiting" | "asking" | "sending" | "failed"} state
 * @property {number} sent    bytes
 * @property {number} moved   when it last did
 * @property {number} tries
 * @property {{code: string, text: string}} [failed]
 * @property {() => void} [stop]
 */

export class Uploads {
  /**
   * @param {import("./tickets.js").Tickets} tickets
   * @param {object} owner
   * @param {() => boolean} owner.live
   * @param {() => number} owner.now
   * @param {() => void} owner.changed
   * @param {(upload: Upload, file: any) => void} owner.arrived  it is with the relay, as this file
   */
  constructor(tickets, owner) {
    this.tickets = tickets;
    this.owner = owner;
    /** @type {Map<string, Upload>} */
    this.entries = new Map();
    /** @type {{word: string, name: string}[]} for who can't see it */
    this.news = [];
    this.guarded = false;
    this.hold = (/** @type {BeforeUnloadEvent} */ event) => {
      event.preventDefault();
      event.returnValue = true; // for browsers of before 2024
    };
  }

  get busy() {
    return [...this.entries.values()].some((upload) => upload.state !== "failed");
  }

  /** @param {File} file */
  add(file) {
    const at = Math.max(this.owner.now(), ...[...this.entries.values()].map((upload) => upload.at));
    /** @type {Upload} */
    const upload = { id: newId(), file, name: bounded(file.name), at, state: "waiting", sent: 0, moved: 0, tries: 0 };
    this.entries.set(upload.id, upload);
    this.news.push({ word: "uploading", name: upload.name });
    this.changed();
    this.flush();
  }

  /** Not wanted any more. @param {string} id */
  cancel(id) {
    const upload = this.entries.get(id);
    if (!upload) return;
    if (upload.stop) upload.stop();
    this.entries.delete(id);
    this.changed();
    this.flush();
  }

  /** @param {string} id */
  retry(id) {
    const upload = this.entries.get(id);
    if (!upload || upload.state !== "failed") return;
    Object.assign(upload, { state: "waiting", failed: undefined, tries: 0, sent: 0 });
    this.changed();
    this.flush();
  }

  /** Begins with the next, if none is on its way. */
  flush() {
    const open = [...this.entries.values()].filter((upload) => upload.state !== "failed");
    const [next] = open;
    if (!next || !this.owner.live() || open.some((upload) => upload.stop)) return;
    next.state = "asking";
    let wanted = true;
    let question = "";
    next.stop = () => {
      wanted = false;
      this.tickets.drop(question);
    };
    // A folder, or a file that is gone from the disk, is found before the relay is asked.
    next.file.slice(0, 1).arrayBuffer().then(
      () => {
        if (!wanted) return;
        question = this.tickets.ask({ t: "upload", name: next.name, size: next.file.size }, (ticket, refusal) => {
          next.stop = undefined;
          if (ticket) this.send(next, ticket.url);
          else if (refusal?.code === "files_too_many" && next.tries < TRIES) {
            next.tries += 1;
            this.rest(next, CROWDED_FILES_MS);
          } else this.fail(next, refusal || { code: "upload_lost", text: "" });
        });
      },
      () => wanted && this.fail(next, { code: "fileUnreadable", text: "" }),
    );
    this.changed();
  }

  /** @param {Upload} upload @param {string} url */
  send(upload, url) {
    Object.assign(upload, { state: "sending", sent: 0, moved: Date.now() });
    upload.stop = transfer(url, {
      bring: upload.file,
      moved: (bytes) => {
        Object.assign(upload, { sent: Math.min(bytes, upload.file.size), moved: Date.now() });
        this.owner.changed();
      },
      done: (status, body) => this.done(upload, status, body),
    });
    this.changed();
  }

  /** @param {Upload} upload @param {number} status @param {any} body */
  done(upload, status, body) {
    upload.stop = undefined;
    if (status >= 200 && status < 300 && body?.file?.id) {
      this.entries.delete(upload.id);
      this.news.push({ word: "uploaded", name: upload.name });
      this.owner.arrived(upload, body.file);
      this.changed();
      this.flush();
      return;
    }
    const code = CODES[status] || body?.code || "upload_lost";
    // There was no answer; or the ticket was of another session; or the same file still comes by a way that is dead; or the relay is
    // going down (a 503 that is not the scanner's), or is behind something that says so of it.
    const passing = [0, 404, 409, 500, 502, 504].includes(status) || (status === 503 && body?.code !== "file_unscanned");
    if (!passing) this.fail(upload, { code, text: body?.text || "" });
    else if (!this.owner.live()) this.rest(upload, 0);
    else if (upload.tries >= TRIES) this.fail(upload, { code: "upload_lost", text: "" });
    else {
      upload.tries += 1;
      this.rest(upload, PAUSE_MS * 2 ** (upload.tries - 1));
    }
  }

  /** It is begun anew, after a pause or (0) when the link is back. @param {Upload} upload @param {number} ms */
  rest(upload, ms) {
    Object.assign(upload, { state: "waiting", sent: 0 });
    if (ms) {
      const timer = window.setTimeout(() => {
        upload.stop = undefined;
        this.flush();
      }, ms);
      upload.stop = () => clearTimeout(timer);
    }
    this.changed();
  }

  /** @param {Upload} upload @param {{code: string, text: string}} failed */
  fail(upload, failed) {
    Object.assign(upload, { state: "failed", sent: 0, stop: undefined, failed });
    this.changed();
    this.flush();
  }

  /** The link is back. */
  ready() {
    for (const upload of this.entries.values()) {
      upload.tries = 0;
      if (upload.state !== "sending" || Date.now() - upload.moved < MOVED_MS) continue;
      if (upload.stop) upload.stop();
      upload.stop = undefined;
      this.rest(upload, 0);
    }
    this.flush();
  }

  forget() {
    for (const upload of this.entries.values()) if (upload.stop) upload.stop();
    this.entries.clear();
    this.news = [];
    this.changed();
  }

  changed() {
    if (this.busy !== this.guarded) {
      this.guarded = this.busy;
      // Only while something is on its way: a page that always listens is never kept in the browser's cache of pages.
      if (this.busy) window.addEventListener("beforeunload", this.hold);
      else window.removeEventListener("beforeunload", this.hold);
    }
    this.owner.changed();
  }
}

/** A name that the relay takes, with its ending. @param {string} name */
function bounded(name) {
  const letters = Array.from(wellFormed(name));
  if (letters.length <= FILE_NAME_CHARS) return letters.join("") || "file";
  const dot = letters.lastIndexOf(".");
  const ending = dot > 0 && letters.length - dot <= 12 ? letters.slice(dot) : [];
  return [...letters.slice(0, FILE_NAME_CHARS - ending.length), ...ending].join("");
}
