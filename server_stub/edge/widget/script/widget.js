// The entry: reads the tag, puts talk and view together, and gives the site its handle, `window.opconsole`.

import { readSettings } from "./settings.js";
import { Drawer } from "./store.js";
import { Talk } from "./talk.js";
import { View } from "./view.js";
import { Visit, watchPages } from "./visit.js";
import { Speech } from "./words.js";

const HERE = Symbol.for("opconsole chat");

function startWidget() {
  const settings = readSettings();
  // Two tags make one widget, also when the first still waits for the page's body.
  const page = /** @type {any} */ (window);
  if (!settings || page[HERE]) return;
  page[HERE] = true;
  const prefix = `opconsole ${settings.relay} `;
  const drawer = new Drawer(() => localStorage, prefix);
  const tab = new Drawer(() => sessionStorage, prefix);
  /** @type {View | null} */
  let view = null;
  let due = false;
  // Many things change at once; the picture is made once, when all have.
  const changed = () => {
    if (due) return;
    due = true;
    queueMicrotask(() => {
      due = false;
      view?.render();
    });
  };
  const talk = new Talk(settings, drawer, new Visit(drawer, Date.now()), changed);

  const show = () => {
    view = new View(settings, new Speech(settings.lang), talk, tab);
    const { open, close, toggle } = view;
    Object.assign(window, {
      opconsole: Object.freeze({
        open: () => open.call(view),
        close: () => close.call(view),
        toggle: () => toggle.call(view),
        identify: (/** @type {object} */ person) => talk.identify(person),
      }),
    });
    watchPages(() => talk.moved());
    window.dispatchEvent(new Event("opconsole-ready"));
  };
  if (document.body) show();
  else document.addEventListener("DOMContentLoaded", show, { once: true });
}

startWidget();
