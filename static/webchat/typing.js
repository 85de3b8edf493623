import { $ } from "./page.js";

const SHOWN = 5000;
const EVERY = 2000;
let hiding;

/** 对方正在输入…, for five seconds at most. */
export function showTyping(on) {
  clearTimeout(hiding);
  $("typing").hidden = !on;
  if (on) hiding = setTimeout(() => showTyping(false), SHOWN);
}

/** Tells the agent what is being written: at most every two seconds, the last state always. */
export class TypingSender {
  constructor(send) {
    this.send = send;
    this.last = 0;
  }

  tell(text) {
    clearTimeout(this.timer);
    const wait = text ? Math.max(0, this.last + EVERY - Date.now()) : 0;
    this.timer = setTimeout(() => {
      this.last = Date.now();
      this.send(text.slice(0, 500));
    }, wait);
  }

  stop() {
    clearTimeout(this.timer);
  }
}
