// The widget on the page: launcher and panel in a shadow root, made anew from the talk after every change. It keeps only what
// is the screen's own: whether it is open, which view it shows, where the log is scrolled to.

import { Composer } from "./composer.js";
import { el, icon, setText } from "./dom.js";
import { LeaveForm } from "./form.js";
import { Header } from "./header.js";
import { Intake } from "./intake.js";
import { Lightbox } from "./lightbox.js";
import { Rating } from "./rating.js";
import { inkOn } from "./settings.js";
import { Drawer } from "./store.js";
import { Talk } from "./talk.js";
import { Transcript } from "./transcript.js";
import { markTitle } from "./visit.js";
import { Voice } from "./voice.js";
import { Speech } from "./words.js";

const NEAR_PX = 60;
const PHONE = "(max-width: 480px)";

export class View {
  /** @param {import("./settings.js").Settings} settings @param {Speech} speech @param {Talk} talk @param {Drawer} tab */
  constructor(settings, speech, talk, tab) {
    this.settings = settings;
    this.speech = speech;
    this.talk = talk;
    this.tab = tab;
    this.opened = false;
    this.asking = false;
    this.leaving = talk.outbox.unsettled().some((entry) => entry.t === "form");
    this.shownCount = 0;
    /** The message whose words are in the input. */
    this.edited = { n: 0, text: "" };
    this.phone = matchMedia(PHONE);
    this.gone = new AbortController();
    this.build();
    this.mount();
    this.listen();
    this.composer.text = String(tab.get("draft") || "");
    if (tab.get("open")) this.open(false);
    this.render();
  }

  // ---------------------------------------------------------------- building

  build() {
    const { speech, talk } = this;
    const { files } = talk;
    const { uploads } = files;
    /** @type {Pick<import("./fileview.js").FileEars, "addressOf" | "stale" | "save">} */
    const fetching = {
      addressOf: (file, told) => files.tickets.addressOf(file, told),
      stale: (file) => files.tickets.known.delete(file),
      save: (file, told) => files.save(file, told),
    };
    this.lightbox = new Lightbox(speech, fetching);
    const button = (/** @type {string} */ word, /** @type {any} */ sign, /** @type {string} */ part, /** @type {() => void} */ act) =>
      el("button", { type: "button", class: "tool", "data-part": part, "aria-label": speech.say(word), title: speech.say(word), onclick: act }, icon(sign));
    this.badge = el("span", { class: "badge", "data-part": "badge", "aria-hidden": "true", hidden: true });
    this.launcher = el(
      "button",
      { type: "button", class: "launcher", "data-part": "launcher", "aria-haspopup": "dialog", onclick: () => this.toggle() },
      icon("chat"), icon("down"), this.badge,
    );
    this.header = new Header(speech, talk, this.settings.title);
    this.endButton = button("end", "end", "end", () => this.ask(true));
    this.closeButton = button("close", "close", "close", () => this.close());
    this.transcript = new Transcript(speech, {
      retry: (id) => (uploads.entries.has(id) ? uploads.retry(id) : talk.retry(id)),
      remove: (id) => (uploads.entries.has(id) ? uploads.cancel(id) : talk.remove(id)),
      leaveMessage: (id) => this.leave(id),
      edit: (n) => this.edit(n),
      delete: (n) => this.change(n, null),
      files: {
        ...fetching,
        open: (file, from) => this.lightbox.open(file, from),
        shut: (file) => this.lightbox.shut(file),
        cancel: (id) => this.cancelUpload(id),
        resize: (change) => this.keepPlace(change),
      },
    });
    this.welcome = el("div", { class: "welcome" }, icon("chat"), el("strong", {}, speech.say("welcome")), el("p", {}, speech.say("welcomeMore")));
    this.queue = el("div", { class: "queue", "data-part": "queue", hidden: true }, el("span", { class: "pulse" }), el("span"));
    this.dots = el("div", { class: "dots", "data-part": "typing", hidden: true }, el("i"), el("i"), el("i"));
    this.ended = el("div", { class: "ended", hidden: true }, speech.say("ended"));
    this.rating = new Rating(speech, (score, text) => talk.command("rate", { score, text }));
    this.scroll = el(
      "div",
      { class: "scroll", tabindex: 0, role: "group", "aria-label": speech.say("log"), onscroll: () => this.scrolled() },
      this.welcome, this.transcript.node, this.dots, this.queue, this.ended, this.rating.element,
    );
    this.news = el("button", { type: "button", class: "news", hidden: true, onclick: () => this.toEnd() }, speech.say("newMessages"), icon("down"));
    this.intake = new Intake(speech, talk.files, {
      tell: (sentence) => this.composer.tell(sentence),
      taken: () => {
        talk.wake();
        this.toEnd();
      },
      closed: () => this.leaving || this.asking || Boolean(talk.ended),
      focus: () => this.composer.input.focus(),
    });
    this.composer = new Composer(speech, { send: (text) => this.send(text), typed: (text) => this.typed(text) }, this.intake);
    this.keep = el("button", { type: "button", class: "button quiet", "data-part": "end-no", onclick: () => this.ask(false) }, speech.say("endNo"));
    this.confirm = el(
      "div",
      { class: "confirm", role: "group", "aria-labelledby": "end-ask", hidden: true },
      el("p", { id: "end-ask" }, speech.say("endAsk")),
      el("div", { class: "row" }, el("button", { type: "button", class: "button", "data-part": "end-yes", onclick: () => this.end() }, speech.say("endYes")), this.keep),
    );
    this.form = new LeaveForm(speech, { send: (left) => talk.leave(left, this.instead), back: () => this.stay() });
    this.instead = "";
    this.talkView = el("div", { class: "talk" }, el("div", { class: "stage" }, this.scroll, this.news), this.confirm, this.composer.node);
    this.panel = el(
      "div",
      { class: "panel", "data-part": "panel", role: "dialog", "aria-label": this.settings.title || speech.say("title"), hidden: true,
        onkeydown: (/** @type {KeyboardEvent} */ event) => this.key(event) },
      el("header", {}, this.header.face, this.header.names, this.endButton, this.closeButton),
      this.header.line, this.talkView, this.form.element, this.intake.target,
    );
    this.intake.listen(this.panel);
    this.voice = new Voice(speech, talk);
  }

  mount() {
    const { color, side, lang } = this.settings;
    this.host = document.createElement("opconsole-chat");
    this.host.lang = lang;
    this.root = this.host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    this.root.adoptedStyleSheets = [sheet];
    const frame = el("div", { class: `frame ${side}` }, this.panel, this.launcher, this.voice.node, this.lightbox.node);
    if (color) {
      frame.classList.add("branded");
      frame.style.setProperty("--accent", color);
      frame.style.setProperty("--accent-ink", inkOn(color));
    }
    this.frame = frame;
    this.root.append(frame);
    document.body.append(this.host);
  }

  listen() {
    const { signal } = this.gone;
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.talk.ended === "replaced") this.talk.wake();
      this.render();
    }, { signal });
    this.phone.addEventListener("change", () => this.fit(), { signal });
    // A phone's keyboard covers the page's foot without making the page smaller: the sheet keeps to what can be seen.
    window.visualViewport?.addEventListener("resize", () => this.fit(), { signal });
    window.visualViewport?.addEventListener("scroll", () => this.fit(), { signal });
    // What is typed on a site's shortcuts is meant for us, not for the site.
    for (const name of ["keydown", "keypress", "keyup"]) this.frame?.addEventListener(name, (event) => event.stopPropagation());
  }

  /** Somebody else is here: this window, with all that stands in it, goes. */
  remove() {
    this.gone.abort();
    this.host.remove();
  }

  fit() {
    const view = window.visualViewport;
    const sheet = this.opened && this.phone.matches && view;
    this.panel?.style.setProperty("--height", sheet ? `${view.height}px` : "100dvh");
    this.panel?.style.setProperty("--top", sheet ? `${view.offsetTop}px` : "0px");
    this.panel?.setAttribute("aria-modal", String(Boolean(sheet)));
  }

  // ---------------------------------------------------------------- what the visitor does

  /** @param {boolean} [focus] a page that begins with an open panel keeps its focus */
  open(focus = true) {
    if (!this.opened) {
      this.opened = true;
      this.tab.set("open", true);
      this.talk.wake();
      this.panel.hidden = false;
      this.frame.classList.toggle("still", !focus);
      this.frame.classList.add("open");
      this.fit();
      this.composer.refresh();
      this.render();
      this.toEnd();
    }
    if (focus) this.focusInput();
  }

  close() {
    if (!this.opened) return;
    const inside = this.root.activeElement !== null;
    this.opened = false;
    this.asking = false;
    this.tab.remove("open");
    this.frame.classList.remove("open", "still");
    this.panel.hidden = true;
    this.render();
    if (inside) this.launcher.focus();
  }

  toggle() {
    if (this.opened) this.close();
    else this.open();
  }

  focusInput() {
    if (this.leaving) this.form.title.focus();
    else this.composer.input.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      if (this.asking) this.ask(false);
      else if (this.intake.asking) this.intake.drop();
      else if (this.composer.editing) this.composer.leaveEdit();
      else this.close();
    } else if (event.key === "Tab" && this.phone.matches) {
      this.keepFocus(event);
    }
  }

  /** The sheet covers the page, so Tab stays in it. @param {KeyboardEvent} event */
  keepFocus(event) {
    /** @type {HTMLElement[]} */
    const stops = Array.from(this.panel.querySelectorAll("button, a[href], input, textarea, [tabindex='0']"));
    const reachable = stops.filter((stop) => !(/** @type {any} */ (stop).disabled) && stop.checkVisibility());
    const edge = event.shiftKey ? reachable[0] : reachable[reachable.length - 1];
    if (this.root.activeElement !== edge) return;
    event.preventDefault();
    reachable[event.shiftKey ? reachable.length - 1 : 0].focus();
  }

  /** @param {string} text @returns {string} */
  send(text) {
    if (this.composer.editing) return this.change(this.edited.n, text === this.edited.text ? undefined : text);
    const why = this.talk.say(text);
    if (!why) this.toEnd();
    return why;
  }

  /** The row that had the focus is gone with its button. @param {string} id */
  cancelUpload(id) {
    this.talk.files.uploads.cancel(id);
    this.composer.input.focus();
  }

  /** A message's words come into the input. @param {number} n */
  edit(n) {
    const message = this.talk.conversation.log.find((each) => each.n === n);
    if (!message) return;
    this.edited = { n, text: message.text };
    this.composer.edit(message.text);
  }

  /** @param {number} n @param {string | null | undefined} text null: delete it; undefined: nothing is another @returns {string} as `send` */
  change(n, text) {
    if (text === null && this.composer.editing && this.edited.n === n) this.composer.leaveEdit();
    return text === undefined ? "" : this.talk.change(n, text);
  }

  /** @param {string} text */
  typed(text) {
    if (text) this.tab.set("draft", text);
    else this.tab.remove("draft");
    this.talk.peek.type(text);
  }

  /** @param {boolean} asking */
  ask(asking) {
    this.asking = asking;
    this.render();
    if (asking) this.keep.focus();
    else this.endButton.focus();
  }

  end() {
    this.asking = false;
    this.talk.command("end", {});
    this.focusInput();
  }

  /** The form in place of a message that was refused. @param {string} id */
  leave(id) {
    this.instead = id;
    this.leaving = true;
    this.talk.form.done = false;
    this.render();
    this.form.open({ ...this.talk.visit.person, text: this.talk.outbox.get(id)?.body.text || "" });
  }

  stay() {
    this.leaving = false;
    this.instead = "";
    this.talk.form.done = false;
    for (const entry of this.talk.outbox.entries.values()) if (entry.t === "form" && entry.failed) this.talk.outbox.drop(entry.id);
    this.render();
    this.composer.input.focus();
  }

  // ---------------------------------------------------------------- scrolling

  get atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroll;
    return scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
    this.scrolled();
  }

  /** What makes something higher leaves the end at the end. @param {() => void} change */
  keepPlace(change) {
    const followed = this.atEnd;
    change();
    if (followed) this.toEnd();
  }

  scrolled() {
    if (!this.atEnd) return;
    this.news.hidden = true;
    this.look();
  }

  look() {
    if (!this.opened || this.leaving || document.hidden || !this.atEnd) return;
    const before = this.talk.conversation.seenN;
    this.talk.look();
    if (this.talk.conversation.seenN !== before) this.showUnread();
  }

  // ---------------------------------------------------------------- showing

  render() {
    const { talk, speech } = this;
    const { chat } = talk.conversation;
    const followed = this.atEnd;
    const count = this.transcript.update(talk.conversation, talk.files.uploads.entries.values(), talk.now(), (message) => talk.mayChange(message));
    this.welcome.hidden = count > 0;
    this.dots.hidden = !talk.typing;
    this.queue.hidden = chat.state !== "waiting";
    if (chat.state === "waiting") setText(/** @type {Element} */ (this.queue.lastChild), this.header.place());
    this.ended.hidden = chat.state !== "closed";
    this.showRating();
    this.header.show();
    this.frame.dataset.link = talk.link.wanted ? talk.link.state : "idle";
    this.intake.show();
    const { open } = talk.conversation;
    this.endButton.hidden = !open || this.leaving;
    this.asking &&= open;
    this.confirm.hidden = !this.asking;
    this.composer.node.hidden = this.asking;
    this.composer.input.placeholder = speech.say(chat.state === "closed" ? "again" : "placeholder");
    this.showForm();
    if (this.opened && followed) this.scroll.scrollTop = this.scroll.scrollHeight;
    else if (this.opened && count > this.shownCount) this.news.hidden = false;
    this.shownCount = count;
    this.look();
    this.showUnread();
    this.voice.tell(this.opened, this.header.place());
  }

  showRating() {
    const { talk } = this;
    const { chat, answered } = talk.conversation;
    const entry = [...talk.outbox.entries.values()].find((each) => each.t === "rate");
    this.rating.show({
      wanted: chat.state === "closed" && answered,
      given: entry ? entry.body.score : chat.rating,
      refusal: entry?.failed,
    });
  }

  showForm() {
    const { talk } = this;
    const entry = [...talk.outbox.entries.values()].find((each) => each.t === "form");
    const refused = entry?.failed;
    this.form.show(!this.leaving ? "hidden" : talk.form.done ? "done" : entry && !refused ? "sending" : "asking");
    if (refused) this.form.refuse(this.speech.why(refused));
    this.talkView.hidden = this.leaving;
  }

  showUnread() {
    const count = this.opened && !document.hidden && this.atEnd ? 0 : this.talk.conversation.unread.length;
    const { speech } = this;
    setText(this.badge, count > 99 ? "99+" : String(count));
    this.badge.hidden = !count || this.opened;
    const label = speech.say(this.opened ? "close" : "open");
    this.launcher.setAttribute("aria-label", count ? `${label}. ${speech.say("unread", { count })}` : label);
    this.launcher.setAttribute("aria-expanded", String(this.opened));
    markTitle(document.hidden ? count : 0);
  }
}
