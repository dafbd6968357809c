// What the visitor writes, as it is sent: tidied, and measured as the relay measures it.

import { bytesOf, wellFormed } from "./store.js";

const TEXT_BYTES = 8 * 1024;

/** The text as it is sent: without the control characters that nobody types, and without empty ends. @param {string} text */
export function tidy(text) {
  return wellFormed(text.replace(/\r\n?/g, "\n").replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "")).trim();
}

/** So many bytes too many; 0: it fits. @param {string} text */
export function excess(text) {
  return Math.max(0, bytesOf(text) - TEXT_BYTES);
}
