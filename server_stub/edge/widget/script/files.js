// Files of the conversation: what may be sent, what is on its way, and how one is fetched. No screen here.

import { keepFile } from "./dom.js";
import { Tickets } from "./tickets.js";
import { transfer } from "./transfer.js";
import { Uploads } from "./uploads.js";

/** Shown as pictures; everything else is a row with a name. A browser draws these without running anything in them. */
const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
/** What a browser calls so is no text, table or document that it has misnamed. */
const SURE = /^(image|video|font)\/|^text\/html|^application\/(pdf|zip|java|x-(ms|sh|elf|exec|apple|rpm|deb|iso|rar|7z|tar|bzip))/;
/** A picture of more pixels is a burden to a phone, whatever its bytes. */
const PIXELS_MOST = 50_000_000;

/** @typedef {{id: string, name: string, size: number, type: string, width: number, height: number}} Kept a file that the relay keeps */

/** With its absent fields filled in. @param {any} file @returns {Kept | undefined} */
export function fileOf(file) {
  if (!file || typeof file.id !== "string") return undefined;
  const { id, name = "", size = 0, type = "", width = 0, height = 0 } = file;
  return { id, name, size, type, width, height };
}

/** @param {string} type of media */
export function drawable(type) {
  return PICTURES.includes(type);
}

/** Whether it is shown as a picture. @param {Kept} file */
export function isPicture({ type, width, height }) {
  return drawable(type) && width > 0 && height > 0 && width * height <= PIXELS_MOST;
}

export class Files {
  /**
   * @param {import("./link.js").Link} link @param {string} relay
   * @param {object} owner
   * @param {() => number} owner.now
   * @param {() => boolean} owner.full     nothing more can be sent just now
   * @param {() => void} owner.changed
   * @param {(id: string, at: number, file: Kept) => void} owner.post  the file has arrived: its message may go
   */
  constructor(link, relay, owner) {
    this.link = link;
    this.owner = owner;
    /** What the desk takes; no bytes: no files. */
    this.rules = { bytes: 0, types: /** @type {string[]} */ ([]) };
    this.tickets = new Tickets(link, relay, owner.now);
    this.uploads = new Uploads(this.tickets, {
      live: () => link.state === "live",
      now: owner.now,
      changed: owner.changed,
      arrived: (upload, file) => owner.post(upload.id, upload.at, /** @type {Kept} */ (fileOf(file))),
    });
  }

  /** @param {any} rules of the welcome */
  ruled(rules) {
    const { bytes = 0, types = [] } = rules || {};
    this.rules = { bytes, types };
  }

  /**
   * Why this file can't be sent: a word's name; empty: it can. The relay judges by the bytes; what a browser thinks of a kind is a
   * guess by the name's ending, so only a sure no is said here.
   * @param {File} file
   */
  wrong({ size, type }) {
    const { bytes, types } = this.rules;
    if (!bytes) return "files_off";
    if (this.owner.full()) return "full";
    if (size > bytes) return "fileTooBig";
    if (!size) return "fileEmpty";
    return SURE.test(type) && !types.includes(type) ? "fileKind" : "";
  }

  /**
   * Fetches it and hands it to the browser, to be saved under the name that the relay gave.
   * @param {Kept} file @param {(code: string) => void} told empty: it is there
   * @param {boolean} [again]  with another ticket, if this one counts no more
   */
  save(file, told, again = true) {
    this.link.start();
    this.tickets.addressOf(file.id, (ticket, refusal) => {
      if (!ticket) {
        told(refusal ? refusal.code : "upload_lost");
        return;
      }
      transfer(ticket.url, {
        moved: () => {},
        done: (status, body) => {
          if (status === 200) keepFile(body, file.name);
          else this.tickets.known.delete(file.id);
          if (status === 404 && again) this.save(file, told, false);
          else told(status === 200 ? "" : status === 404 ? "file_gone" : "fileFailed");
        },
      });
    });
  }

  /** The link stands, or stands no more. */
  linked() {
    if (this.link.state !== "live") {
      this.tickets.lost();
      return;
    }
    this.tickets.flush();
    this.uploads.ready();
  }

  forget() {
    this.uploads.forget();
    this.tickets.forget();
  }
}
