// The one owner of the socket: connects, notices that a link is dead, comes back. What is said over it is not its business,
// but for the two frames that every session begins with.

/** @typedef {"connecting" | "live" | "offline" | "stopped"} LinkState */

const ANSWER_MS = 8_000;
const BACKOFF_MS = 500;
const BACKOFF_MOST_MS = 30_000;
/** A link that stood so long was a good one: the next pause is short again. */
const STEADY_MS = 5_000;
const ASLEEP_MS = 60_000;

/**
 * Full jitter: anything between nothing and a bound, so that all visitors of a relay that restarts don't come at once. The bound
 * is half of the outage so far, and so grows with every pause; a relay that was away for a moment has everybody back in another.
 * @param {number} outage milliseconds @param {() => number} random
 */
export function pause(outage, random = Math.random) {
  return random() * Math.min(BACKOFF_MOST_MS, Math.max(BACKOFF_MS, outage / 2));
}

export class Link {
  /**
   * @param {string} url
   * @param {object} owner
   * @param {() => object} owner.hello             the first frame
   * @param {(frames: any[]) => void} owner.frames the frames of one message
   * @param {(state: LinkState) => void} owner.changed
   */
  constructor(url, owner) {
    this.url = url;
    this.owner = owner;
    /** @type {WebSocket | null} */
    this.socket = null;
    /** @type {LinkState} */
    this.state = "connecting";
    /** Somebody wants the link; most visitors of a site never chat, and need none. */
    this.wanted = false;
    this.failures = 0;
    /** When the outage began; 0: there is none. */
    this.lostAt = 0;
    this.liveSince = 0;
    this.timer = 0;
    /** @type {Map<string, number>} timers of what has not been answered, by id; "hello" is the first frame's */
    this.awaited = new Map();
    window.addEventListener("online", () => this.comeBack());
    window.addEventListener("offline", () => this.again());
    window.addEventListener("pagehide", () => this.leave());
    window.addEventListener("pageshow", (event) => event.persisted && this.comeBack());
    this.watchSleep();
  }

  start() {
    this.wanted = true;
    if (this.socket || this.state === "stopped") return;
    clearTimeout(this.timer);
    let socket;
    try {
      socket = new WebSocket(this.url);
    } catch {
      this.again(); // A page's policy may forbid it with an exception.
      return;
    }
    this.socket = socket;
    socket.binaryType = "arraybuffer";
    this.expect("hello");
    socket.onopen = () => socket.send(JSON.stringify(this.owner.hello()));
    socket.onmessage = (event) => this.socket === socket && this.receive(event.data);
    socket.onclose = () => this.socket === socket && this.again();
  }

  /** @param {string | ArrayBuffer} data one or more frames, one a line */
  receive(data) {
    const text = typeof data === "string" ? data : new TextDecoder().decode(data);
    const frames = [];
    for (const line of text.split("\n")) {
      try {
        const frame = JSON.parse(line);
        if (frame && typeof frame.t === "string") frames.push(frame);
      } catch {
        // Not a frame. If it was a message, the gap that it leaves is seen.
      }
    }
    for (const frame of frames) if (frame.id) this.answered(frame.id);
    this.owner.frames(frames);
  }

  /** The owner has its picture whole: commands may be sent. */
  ready() {
    this.answered("hello");
    this.liveSince = Date.now();
    this.change("live");
  }

  /** @param {any} frame @returns {boolean} whether it was handed to a live link; a command is then waited for */
  send(frame) {
    if (this.state !== "live" || !this.socket || this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    if (frame.id) this.expect(frame.id);
    return true;
  }

  /** @param {string} id */
  expect(id) {
    this.answered(id);
    this.awaited.set(id, window.setTimeout(() => this.again(), ANSWER_MS));
  }

  /** @param {string} id */
  answered(id) {
    clearTimeout(this.awaited.get(id));
    this.awaited.delete(id);
  }

  /** This connection is of no use any more; another comes after a pause. */
  again() {
    if (this.state === "stopped" || !this.wanted) return;
    this.drop();
    const now = Date.now();
    if (this.liveSince && now - this.liveSince > STEADY_MS) this.failures = this.lostAt = 0;
    this.liveSince = 0;
    this.lostAt ||= now;
    const wait = pause(now - this.lostAt);
    this.failures += 1;
    this.change(this.failures > 1 || !navigator.onLine ? "offline" : "connecting");
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.start(), wait);
  }

  /** There is reason to think that it works now. */
  comeBack() {
    if (this.state === "live" || this.state === "stopped" || !this.wanted) return;
    this.drop();
    this.failures = this.lostAt = 0;
    this.start();
  }

  /** Begin anew at once: what we say of ourselves has changed, or the link slept. */
  renew() {
    if (this.state === "stopped" || !this.wanted) return;
    this.drop();
    this.change("connecting");
    this.start();
  }

  /** The page goes away, perhaps into the browser's cache of pages, which an open socket would keep it from. */
  leave() {
    this.drop();
    clearTimeout(this.timer);
    if (this.state !== "stopped") this.change("connecting");
  }

  /** No more attempts; `resume` undoes it. */
  stop() {
    this.drop();
    clearTimeout(this.timer);
    this.change("stopped");
  }

  resume() {
    if (this.state !== "stopped") return;
    this.state = "connecting";
    this.start();
  }

  drop() {
    const socket = this.socket;
    this.socket = null;
    if (socket) socket.close();
    for (const timer of this.awaited.values()) clearTimeout(timer);
    this.awaited.clear();
  }

  /** @param {LinkState} state */
  change(state) {
    if (this.state === state) return;
    this.state = state;
    this.owner.changed(state);
  }

  /** A machine that slept has a dead link that says nothing of it. Its timers slept too, and that shows. */
  watchSleep() {
    let last = Date.now();
    const look = () => {
      const slept = Date.now() - last > ASLEEP_MS;
      last = Date.now();
      if (slept && this.state === "live") this.renew();
      else if (this.state === "offline" && !document.hidden) this.comeBack();
    };
    setInterval(() => {
      if (Date.now() - last > ASLEEP_MS + 30_000) look();
      else last = Date.now();
    }, 20_000);
    document.addEventListener("visibilitychange", () => !document.hidden && look());
  }
}
