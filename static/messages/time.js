// Times as people write them, in the reader's language and zone.

const locale = (language) => (language === "en" ? "en" : "zh-CN");
const formats = new Map();

function format(language, name, options) {
  const key = `${language} ${name}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale(language), options));
  return formats.get(key);
}

/** 09:05 */
export function clock(at, language) {
  return format(language, "clock", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
}

/** 今天, 昨天, 11月20日 or 2025年11月20日 */
export function day(at, language, strings, now = Date.now()) {
  const days = Math.round((midnight(now) - midnight(at)) / 86400000);
  if (days === 0) return strings.today ?? "today";
  if (days === 1) return strings.yesterday ?? "yesterday";
  const year = new Date(at).getFullYear() === new Date(now).getFullYear() ? {} : { year: "numeric" };
  return format(language, `day${year.year ?? ""}`, { ...year, month: "short", day: "numeric", weekday: "short" }).format(at);
}

/** Full date and time, for titles and datetime attributes. */
export function full(at, language) {
  return format(language, "full", { dateStyle: "medium", timeStyle: "short" }).format(at);
}

export function midnight(at) {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** 0:07, 12:30 or 1:02:03 */
export function span(seconds) {
  const all = Math.round(Number(seconds) || 0);
  const parts = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return (parts[0] ? parts : parts.slice(1)).map((part, at) => (at ? String(part).padStart(2, "0") : part)).join(":");
}

/** 1.4 MB */
export function size(bytes) {
  const value = Number(bytes) || 0;
  if (value < 1024) return `${value} B`;
  if (value < 1048576) return `${Math.round(value / 1024)} KB`;
  return `${(value / 1048576).toFixed(1)} MB`;
}
