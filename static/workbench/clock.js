// One second hand for the page, and times as an agent reads them.
import { text } from "../messages/dom.js";
import { clock, midnight } from "../messages/time.js";

const listeners = new Set();

/** Calls `tick(now)` every second while the page is open; returns how to stop. */
export function everySecond(tick) {
  listeners.add(tick);
  return () => listeners.delete(tick);
}

setInterval(() => {
  const now = Date.now();
  for (const tick of listeners) tick(now);
}, 1000);

/** 00:03:21 */
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
}

/** 03:21 below an hour, else 01:03:21 */
export function shortDuration(ms) {
  return duration(ms).replace(/^00:/, "");
}

/** 09:12:04 */
export function time(at, language) {
  return new Date(at).toLocaleTimeString(language === "en" ? "en" : "zh-CN", { hour12: false, hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

/** 刚刚, 9分钟前, 14:05, 昨天, 11-20 */
export function ago(at, now, language, strings) {
  const minutes = Math.floor((now - at) / 60000);
  if (minutes < 1) return text(strings, "justNow");
  if (minutes < 60) return text(strings, "minutesAgo", { n: minutes });
  const days = Math.round((midnight(now) - midnight(at)) / 86400000);
  if (days === 0) return clock(at, language);
  if (days === 1) return text(strings, "yesterday");
  return new Date(at).toLocaleDateString(language === "en" ? "en" : "zh-CN", { month: "2-digit", day: "2-digit" });
}
