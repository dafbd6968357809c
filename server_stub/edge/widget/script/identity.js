// Who is here: a stranger, whom this browser remembers, or the site's customer, by the site's word (a signed token, for a short time).
// What a customer said is kept for this tab alone, and nothing of it survives when they sign out.

import { Drawer } from "./store.js";

const PERSONAL = ["who", "chat", "seen", "person"];

export class Identity {
  /**
   * @param {Drawer} strangers  the browser's
   * @param {Drawer} customers  the tab's
   */
  constructor(strangers, customers) {
    this.strangers = strangers;
    this.customers = customers;
    /** The site's word; empty: there is a stranger. */
    this.token = "";
  }

  /** What is known of whoever is here. */
  get drawer() {
    return this.token ? this.customers : this.strangers;
  }

  /** The customer has written before, here or in another tab: there may be news. */
  get known() {
    return this.token !== "" && Boolean(this.strangers.get("customer"));
  }

  /**
   * The site gives its word, or has none (empty).
   * @param {string} token @returns {boolean} whether it is somebody else than before, on this page or the one before in this tab
   */
  take(token) {
    const person = token ? subjectOf(token) : "";
    const changed = (this.customers.get("person") || "") !== person;
    this.token = token;
    if (changed) empty(this.customers);
    if (token) this.customers.set("person", person);
    return changed;
  }

  /** The relay has taken the site's word: what a stranger left here is not shown to whoever comes after. */
  settle() {
    if (this.token) empty(this.strangers);
  }

  /** There is a chat of the customer's. */
  noteChat() {
    if (this.token && !this.strangers.get("customer")) this.strangers.set("customer", true);
  }

  /** Nobody is known here any more; other tabs are told. */
  forget() {
    this.token = "";
    empty(this.customers);
    empty(this.strangers);
    this.strangers.remove("customer");
    this.strangers.set("forgot", Date.now());
  }
}

/** @param {Drawer} drawer */
function empty(drawer) {
  for (const key of [...PERSONAL, ...drawer.keys("out:")]) drawer.remove(key);
}

/** Whom the token names, to tell one customer from another; whether it is so, the relay finds out. @param {string} token */
function subjectOf(token) {
  try {
    const body = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
    return String(JSON.parse(atob(body)).sub);
  } catch {
    return token;
  }
}
