// What the tag says: where the relay is, and how the widget should look. Read once, when the script runs.

/**
 * @typedef {object} Settings
 * @property {string} socket   address of the visitor's websocket
 * @property {string} relay    the relay's address, ends with a slash; also names the keys in the browser's storage
 * @property {"en" | "ru"} lang
 * @property {string} color    a CSS colour, or empty
 * @property {"left" | "right"} side
 * @property {string} title    of the window; empty: the usual one
 * @property {boolean} peek    whether the operators see what is being typed
 * @property {string} identity the site's word for its customer (a signed token); empty: none
 */

/** The tag that loaded this script. A tag manager may hide it from `currentScript`, so it is looked for by its address too. */
function findTag() {
  const current = document.currentScript;
  if (current instanceof HTMLScriptElement && current.src) return current;
  const tags = Array.from(document.scripts).filter((tag) => /\/widget\.js(\?|#|$)/.test(tag.src));
  return tags[tags.length - 1] || null;
}

/** @returns {Settings | null} null: there is no tag that says where the relay is */
export function readSettings() {
  const tag = findTag();
  if (!tag) return null;
  const relay = new URL(".", tag.src);
  const socket = new URL("v1/visitor", relay);
  socket.protocol = relay.protocol === "http:" ? "ws:" : "wss:";
  const { lang, color, position, title, peek, identity } = tag.dataset;
  return {
    socket: socket.href,
    relay: relay.href,
    lang: language(lang, document.documentElement.lang, navigator.language),
    color: color && CSS.supports("color", color) ? color : "",
    side: position === "left" ? "left" : "right",
    title: (title || "").slice(0, 60),
    peek: peek !== "off",
    identity: identity || "",
  };
}

/** The first of the wishes that we speak; English otherwise. @param {(string | undefined)[]} wishes @returns {"en" | "ru"} */
function language(...wishes) {
  for (const wish of wishes) {
    const code = (wish || "").slice(0, 2).toLowerCase();
    if (code === "en" || code === "ru") return code;
    // A site that names another language has chosen; its visitors are better served by English than by a guess.
    if (code) return "en";
  }
  return "en";
}

/**
 * The text colour that reads best on a colour: whichever of white and black has the higher WCAG contrast, which is
 * never below 4.5. The canvas turns any CSS colour into numbers.
 * @param {string} color
 */
export function inkOn(color) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d");
  if (!context) return "#fff";
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [r, g, b] = Array.from(context.getImageData(0, 0, 1, 1).data, (value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? "#fff" : "#000";
}
