// What a visitor's browser keeps for one channel. An anonymous visitor's things stay in the browser; a signed one's
// only in the tab, so that nobody finds them there later (A116). Where storage is forbidden, the page's memory has to do.

export class Store {
  #memory = new Map();

  constructor(webAppId) {
    this.prefix = `csdesk.${webAppId}.`;
    this.isSigned = false;
  }

  /** Goes on with what the tab kept of this signed user; what it kept of another one is nobody else's and goes. */
  resume(userID) {
    this.isSigned = Boolean(userID) && this.#read("sessionStorage", "user") === userID;
    if (!this.isSigned) this.#clear("sessionStorage");
    return this.isSigned;
  }

  /** Who signed in in this tab, or null. */
  get tabUser() {
    return this.#read("sessionStorage", "user");
  }

  /** A small value, or null. */
  load(name) {
    return this.#read(this.#area, name) ?? this.#memory.get(this.#area + name) ?? null;
  }

  save(name, value) {
    this.#memory.set(this.#area + name, value);
    try {
      globalThis[this.#area].setItem(this.prefix + name, JSON.stringify(value));
    } catch {
      // private mode or no space: memory has it
    }
  }

  /** The token of the anonymous visitor of this browser, if there is one. */
  get anonymousToken() {
    return this.#read("localStorage", "token") ?? this.#memory.get("localStoragetoken") ?? null;
  }

  /** Forgets everything: of the browser, and of the tab. */
  clear() {
    this.#memory.clear();
    this.isSigned = false;
    this.#clear("localStorage");
    this.#clear("sessionStorage");
  }

  #clear(area) {
    try {
      const storage = globalThis[area];
      for (const key of Object.keys(storage)) if (key.startsWith(this.prefix)) storage.removeItem(key);
    } catch {
      // nothing was kept
    }
  }

  get #area() {
    return this.isSigned ? "sessionStorage" : "localStorage";
  }

  #read(area, name) {
    try {
      return JSON.parse(globalThis[area].getItem(this.prefix + name));
    } catch {
      return null;
    }
  }
}
