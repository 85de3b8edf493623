import { page } from "./page.js";

const memory = new Map(); // where the browser forbids storage in frames, the visit lasts as long as the page
const key = (name) => `csdesk.${page.web_app_id}.${name}`;

/** A small value kept for this channel in the frame's own localStorage, or null. */
export function load(name) {
  try {
    return JSON.parse(localStorage.getItem(key(name))) ?? memory.get(name) ?? null;
  } catch {
    return memory.get(name) ?? null;
  }
}

export function save(name, value) {
  memory.set(name, value);
  try {
    localStorage.setItem(key(name), JSON.stringify(value));
  } catch {
    // private mode or no space: memory has it
  }
}
