// What the visitor types, shown to the operators before it is sent, if the site wants it so: not every letter.

import { cut } from "./store.js";

const PEEK_CHARS = 1000;
const PEEK_GAP_MS = 300;

export class Peek {
  /** @param {boolean} wanted @param {(text: string) => boolean} send @param {() => boolean} heard there is somebody to see it */
  constructor(wanted, send, heard) {
    this.wanted = wanted;
    this.send = send;
    this.heard = heard;
    this.text = "";
    this.told = "";
    this.at = 0;
    this.timer = 0;
  }

  clear() {
    clearTimeout(this.timer);
    this.text = this.told = "";
    this.at = this.timer = 0;
  }

  /** What stands in the input now. @param {string} text */
  type(text) {
    this.text = this.wanted ? cut(text, PEEK_CHARS) : "";
    if (!this.text) this.tell();
    else if (!this.timer) this.timer = window.setTimeout(() => this.tell(), this.at + PEEK_GAP_MS - Date.now());
  }

  tell() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.text === this.told || !this.heard() || !this.send(this.text)) return;
    this.told = this.text;
    this.at = Date.now();
  }
}
