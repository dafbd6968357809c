// The entry: reads the tag, puts talk and view together, and gives the site its handle, `window.opconsole`.

import { readSettings } from "./settings.js";
import { Identity } from "./identity.js";
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
  const identity = new Identity(drawer, new Drawer(() => sessionStorage, `${prefix}customer `));
  const speech = new Speech(settings.lang);
  // Nothing of one person's window is left for the next.
  const replaced = () => {
    tab.remove("draft");
    if (!view) return;
    view.remove();
    view = new View(settings, speech, talk, tab);
  };
  const talk = new Talk(settings, identity, new Visit(drawer, Date.now()), changed, replaced);

  const show = () => {
    view = new View(settings, speech, talk, tab);
    Object.assign(window, {
      opconsole: Object.freeze({
        open: () => view?.open(),
        close: () => view?.close(),
        toggle: () => view?.toggle(),
        identify: (/** @type {string | object} */ person) => talk.identify(person),
        forget: () => talk.forget(),
      }),
    });
    watchPages(() => talk.moved());
    window.dispatchEvent(new Event("opconsole-ready"));
  };
  if (document.body) show();
  else document.addEventListener("DOMContentLoaded", show, { once: true });
}

startWidget();
