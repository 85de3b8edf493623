// Building DOM nodes without innerHTML. Everything drawn in the chat goes through h() and icon().

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  refresh: ["M20 11a8 8 0 1 0-2.3 6.3", "M20 5v6h-6"],
  right: ["m9 6 6 6-6 6"],
  down: ["M12 5v14", "m6 13 6 6 6-6"],
  check: ["m5 12.5 4.5 4.5L19 7.5"],
  checks: ["m2 12.5 4.5 4.5L15 8", "m11 16 1 1 9.5-9.5"],
  clock: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z", "M12 7.5V12l3 2"],
  alert: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z", "M12 7.5v5.5", "M12 16.4v.1"],
  file: ["M14 3H7a1.5 1.5 0 0 0-1.5 1.5v15A1.5 1.5 0 0 0 7 21h10a1.5 1.5 0 0 0 1.5-1.5V7.5L14 3Z", "M14 3v4.5h4.5"],
  download: ["M12 4v11", "m7.5 10.5 4.5 4.5 4.5-4.5", "M5 20h14"],
  star: ["m12 3.6 2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8-4.2-4.1 5.8-.8L12 3.6Z"],
  undo: ["M8.5 5 4 9.5 8.5 14", "M4.5 9.5H14a5.5 5.5 0 0 1 0 11h-3"],
  thumb: ["M7 10.5v9", "M3.5 10.5H7l4-7a2.2 2.2 0 0 1 2.6 2.7l-.8 3.3h5.4a2 2 0 0 1 2 2.5l-1.4 5.9a2 2 0 0 1-2 1.6H3.5Z"],
  thumbDown: ["M17 13.5v-9", "M20.5 13.5H17l-4 7a2.2 2.2 0 0 1-2.6-2.7l.8-3.3H5.8a2 2 0 0 1-2-2.5l1.4-5.9a2 2 0 0 1 2-1.6h13.3Z"],
  close: ["m6 6 12 12", "M18 6 6 18"],
  smile: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z", "M8.3 14.2a4.4 4.4 0 0 0 7.4 0", "M9 9.5v.1", "M15 9.5v.1"],
  image: ["M5 4.5h14A1.5 1.5 0 0 1 20.5 6v12a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18V6A1.5 1.5 0 0 1 5 4.5Z",
    "m4 17 4.8-4.8a1.2 1.2 0 0 1 1.7 0L17 19", "M15.5 8.7v.1"],
  clip: ["m20 11.5-7.9 7.9a5 5 0 0 1-7-7l8.1-8.2a3.3 3.3 0 0 1 4.7 4.7l-8 8a1.7 1.7 0 0 1-2.4-2.3l7.3-7.3"],
  send: ["M4.5 12 3.6 4.9a.7.7 0 0 1 1-.7l16 7.2a.7.7 0 0 1 0 1.2l-16 7.2a.7.7 0 0 1-1-.7L4.5 12Z", "M4.5 12H12"],
  person: ["M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z", "M4.5 20c.8-3.4 3.8-5.2 7.5-5.2s6.7 1.8 7.5 5.2"],
  robot: ["M8 8.5h8a3 3 0 0 1 3 3V16a3 3 0 0 1-3 3H8a3 3 0 0 1-3-3v-4.5a3 3 0 0 1 3-3Z", "M12 8.5V5.2", "M12 4.4v.1",
    "M9.3 13v1", "M14.7 13v1", "M3 12.5v3", "M21 12.5v3"],
  leave: ["M14 4.5h4A1.5 1.5 0 0 1 19.5 6v12a1.5 1.5 0 0 1-1.5 1.5h-4", "M4 12h10.5", "m10.5 8 4 4-4 4"],
  offline: ["m4 4 16 16", "M8.6 12.9a6 6 0 0 1 5-1.6", "M5.2 9.6A11 11 0 0 1 8 7.7",
    "M11.4 6.6a11 11 0 0 1 7.4 3", "M12 18v.1"],
};

/** An element; props starting with "on" are listeners, `data` a dataset, others attributes (null and false left out). */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "data") Object.assign(node.dataset, value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

/** A line icon, hidden from assistive technology. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", `icon icon--${name}`);
  svg.setAttribute("aria-hidden", "true");
  for (const d of PATHS[name] ?? []) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/** `template` with {names} filled in; a missing string shows its key, so that it is found. */
export function text(strings, key, values = {}) {
  return (strings[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
