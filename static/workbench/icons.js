// The workbench's line icons (24 × 24), hidden from assistive technology: the button beside them has the words.

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  eye: ["M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12Z", "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z"],
  eyeOff: ["M4 4l16 16", "M9.9 5.8A9.6 9.6 0 0 1 12 5.5c6 0 9.5 6.5 9.5 6.5a17 17 0 0 1-2.9 3.7M6.4 7.3A16.6 16.6 0 0 0 2.5 12S6 18.5 12 18.5a9 9 0 0 0 4.3-1.1", "M9.9 9.9a3 3 0 0 0 4.2 4.2"],
  star: ["m12 3.6 2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8-4.2-4.1 5.8-.8L12 3.6Z"],
  end: ["M14 4.5h4A1.5 1.5 0 0 1 19.5 6v12a1.5 1.5 0 0 1-1.5 1.5h-4", "M4 12h10.5", "m10.5 8 4 4-4 4"],
  back: ["m14.5 6-6 6 6 6"],
  right: ["m9 6 6 6-6 6"],
  down: ["m6 9.5 6 6 6-6"],
  newest: ["M12 5v14", "m6 13 6 6 6-6"],
  smile: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z", "M8.3 14.2a4.4 4.4 0 0 0 7.4 0", "M9 9.5v.1", "M15 9.5v.1"],
  picture: ["M5 4.5h14A1.5 1.5 0 0 1 20.5 6v12a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 18V6A1.5 1.5 0 0 1 5 4.5Z", "m4 17 4.8-4.8a1.2 1.2 0 0 1 1.7 0L17 19", "M15.5 8.7v.1"],
  clip: ["m20 11.5-7.9 7.9a5 5 0 0 1-7-7l8.1-8.2a3.3 3.3 0 0 1 4.7 4.7l-8 8a1.7 1.7 0 0 1-2.4-2.3l7.3-7.3"],
  file: ["M14 3H7a1.5 1.5 0 0 0-1.5 1.5v15A1.5 1.5 0 0 0 7 21h10a1.5 1.5 0 0 0 1.5-1.5V7.5L14 3Z", "M14 3v4.5h4.5"],
  close: ["m6 6 12 12", "M18 6 6 18"],
  check: ["m5 12.5 4.5 4.5L19 7.5"],
  edit: ["M4 20h4L19 9a2.1 2.1 0 0 0-3-3L5 17l-1 3Z", "m14.5 7.5 3 3"],
  copy: ["M9 9h9.5A1.5 1.5 0 0 1 20 10.5V19a1.5 1.5 0 0 1-1.5 1.5H10A1.5 1.5 0 0 1 8.5 19V9.5", "M15.5 9V5A1.5 1.5 0 0 0 14 3.5H5.5A1.5 1.5 0 0 0 4 5v8.5A1.5 1.5 0 0 0 5.5 15h3"],
  clock: ["M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z", "M12 7.5V12l3 2"],
  sound: ["M11 5 6.5 9H3.5v6h3L11 19V5Z", "M15 9.2a4 4 0 0 1 0 5.6", "M17.8 6.5a8 8 0 0 1 0 11"],
  mute: ["M11 5 6.5 9H3.5v6h3L11 19V5Z", "m15.5 9.5 5 5", "m20.5 9.5-5 5"],
  bell: ["M6.5 10a5.5 5.5 0 0 1 11 0c0 5 2 6.5 2 6.5h-15s2-1.5 2-6.5", "M10 19.5a2.2 2.2 0 0 0 4 0"],
  person: ["M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z", "M4.5 20c.8-3.4 3.8-5.2 7.5-5.2s6.7 1.8 7.5 5.2"],
  chat: ["M5 4.5h14A1.5 1.5 0 0 1 20.5 6v9.5A1.5 1.5 0 0 1 19 17h-7l-5 3.5V17H5a1.5 1.5 0 0 1-1.5-1.5V6A1.5 1.5 0 0 1 5 4.5Z"],
};

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

/** A button that shows only an icon: its name and its key are in the title. */
export function iconButton(h, name, label, { key = "", ...props } = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: key ? `${label} (${key})` : label, ...props }, icon(name));
}
