// Building nodes. Text becomes text nodes, always; there is no markup in strings anywhere in the widget.

/** @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Props */

/**
 * A node: `on…` props are listeners, true and false set or leave out an attribute, the rest are attributes.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag @param {Props} [props] @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

/** Icons on a 24 × 24 grid, drawn with a line. */
const ICONS = {
  chat: "M21 11.5a8.5 8 0 0 1-12.3 7.200L3.5 20l1.4-4.300A8 8 0 0 1 4 11.500a8.5 8 0 0 1 17 0z",
  down: "M6 9.500l6 6 6-6",
  close: "M6.5 6.500l11 11M17.5 6.500l-11 11",
  send: "M5 12h13M12.5 6l6 6-6 6",
  end: "M9 4H6a1.5 1.5 0 0 0-1.5 1.500v13A1.5 1.5 0 0 0 6 20h3M10 12h9.500M16 8l4 4-4 4",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.500l3 1.5",
  stored: "M5 12.500l4.5 4.500L19 7",
  read: "M2 12.500L6.5 17 16 7M12 16l1 1L22 7",
  failed: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v5M12 15.500v.6",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  clip: "M20 11.500l-8.300 8.300a5 5 0 0 1-7.100-7.100l8.700-8.700a3.400 3.400 0 0 1 4.800 4.800l-8.600 8.600a1.700 1.700 0 0 1-2.400-2.400l7.500-7.500",
  file: "M13.5 3.500H7A1.5 1.500 0 0 0 5.500 5v14A1.500 1.500 0 0 0 7 20.500h10a1.500 1.500 0 0 0 1.500-1.500V8.500zM13.500 3.500v5h5",
  image: "M5.5 4.500h13A1.500 1.500 0 0 1 20 6v12a1.500 1.500 0 0 1-1.500 1.500h-13A1.500 1.500 0 0 1 4 18V6a1.500 1.500 0 0 1 1.500-1.500zM4.500 17l4.500-4.500 3.500 3.500 2.500-2.500 4.500 4M9 8.800h.01",
  save: "M12 4.500v10.500M7 10.500l5 5 5-5M5 19.500h14",
  star: "M12 3.600l2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8-4.2-4.1 5.8-.8z",
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** Letters that reorder what stands around them are seen, not obeyed. The relay replaces them too, but not in what is unsent. */
const REORDERING = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const ADDRESS = /https?:\/\/[^\s<>"'`{}|\\^\u00ab\u00bb\u201c\u201d]+/giu;
const TAIL = /[.,:;!?…*_~-]+$/u;

/** Cuts off what belongs to the sentence and not to the address. @param {string} found */
function trimmed(found) {
  let address = found.replace(TAIL, "");
  for (const [opens, closes] of ["()", "[]"]) {
    while (address.endsWith(closes) && address.split(closes).length > address.split(opens).length) {
      address = address.slice(0, -1).replace(TAIL, "");
    }
  }
  return address;
}

/** The address as it may be opened, or null. `https://bank.example@evil.example` shows one site and opens another. */
function openable(/** @type {string} */ text) {
  try {
    const url = new URL(text);
    const web = url.protocol === "https:" || url.protocol === "http:";
    return web && url.hostname.includes(".") && !url.username && !url.password ? url.href : null;
  } catch {
    return null;
  }
}

/**
 * The text with its web addresses made links: shown as they were written, opened in another tab that learns nothing of this one.
 * @param {string} text @param {string} hint said to screen readers after a link
 */
export function withLinks(text, hint) {
  text = text.replace(REORDERING, "\ufffd");
  const parts = document.createDocumentFragment();
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const shown = trimmed(match[0]);
    const href = openable(shown);
    if (!href) continue;
    const start = match.index ?? 0;
    const link = el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow ugc", title: href }, shown);
    link.append(el("span", { class: "sr" }, ` (${hint})`));
    parts.append(text.slice(end, start), link);
    end = start + shown.length;
  }
  parts.append(text.slice(end));
  return parts;
}

/** So long the browser may need to begin with the saving. */
const SAVING_MS = 20_000;

/**
 * Hands the bytes to the browser to be saved under this name. Never opened: the address is this site's own, so to be shown there as
 * what they are, a page even, is what they must not be.
 * @param {Blob} bytes @param {string} name
 */
export function keepFile(bytes, name) {
  const href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  el("a", { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), SAVING_MS);
}

/** Sets the text only if it is another: a live region tells of every change. @param {Element} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** The first letter of a name, for the round picture. @param {string} name */
export function initial(name) {
  return (Array.from(name.trim())[0] || "").toLocaleUpperCase();
}
