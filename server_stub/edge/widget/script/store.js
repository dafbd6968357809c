// The browser's storage, with one key a thing. Where storage is forbidden or full, a map stands in for the page's lifetime.

/** A folder of keys in one Storage. Values are JSON. */
export class Drawer {
  /** @param {() => Storage} open gives the Storage; may throw, as browsers do when cookies are off @param {string} prefix */
  constructor(open, prefix) {
    this.prefix = prefix;
    /** @type {Map<string, string>} */
    this.memory = new Map();
    /** @type {Storage | null} */
    this.storage = null;
    try {
      const storage = open();
      storage.setItem(`${prefix}probe`, "1");
      storage.removeItem(`${prefix}probe`);
      this.storage = storage;
    } catch {
      // Forbidden, or no room at all: memory only.
    }
  }

  /** @param {string} key @returns {any} null: nothing, or nothing readable */
  get(key) {
    const text = this.memory.get(key) ?? (this.storage ? this.storage.getItem(this.prefix + key) : null);
    if (text === null) return null;
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  }

  /** @param {string} key @param {unknown} value */
  set(key, value) {
    const text = JSON.stringify(value);
    try {
      if (!this.storage) throw new Error("no storage");
      this.storage.setItem(this.prefix + key, text);
      this.memory.delete(key);
    } catch {
      this.memory.set(key, text);
    }
  }

  /** @param {string} key */
  remove(key) {
    this.memory.delete(key);
    if (this.storage) this.storage.removeItem(this.prefix + key);
  }

  /** @param {string} start @returns {string[]} the keys that begin so */
  keys(start) {
    const found = new Set(this.memory.keys());
    for (let i = 0; this.storage && i < this.storage.length; i += 1) {
      const key = this.storage.key(i) || "";
      if (key.startsWith(this.prefix)) found.add(key.slice(this.prefix.length));
    }
    return [...found].filter((key) => key.startsWith(start));
  }

  /**
   * Calls back when another tab changes a key (empty: all of them).
   * @param {(key: string) => void} changed
   */
  watch(changed) {
    window.addEventListener("storage", (event) => {
      if (event.storageArea !== this.storage) return;
      if (event.key === null) changed("");
      else if (event.key.startsWith(this.prefix)) changed(event.key.slice(this.prefix.length));
    });
  }
}

/** An id that nobody else uses. `crypto.randomUUID` exists on https pages only. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Text that is safe to encode: half a surrogate pair becomes the replacement character. @param {string} text */
export function wellFormed(text) {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}

/** At most so many characters, never half of one. @param {string} text @param {number} limit */
export function cut(text, limit) {
  return text.length <= limit ? wellFormed(text) : wellFormed(text.slice(0, limit)).replace(/\ufffd$/u, "");
}

const encoder = new TextEncoder();

/** Bytes of the text in UTF-8. @param {string} text */
export function bytesOf(text) {
  return encoder.encode(text).length;
}
