// The channel's accent in every shade the page needs, kept readable whatever colour was chosen.

const WHITE = [255, 255, 255];
const dark = matchMedia("(prefers-color-scheme: dark)");

/** Sets the accent custom properties for `hex` and follows light and dark. */
export function applyAccent(hex) {
  const base = parse(hex);
  if (!base) return;
  const paint = () => Object.entries(shades(base, dark.matches)).forEach(([name, value]) =>
    document.documentElement.style.setProperty(name, `rgb(${value.join(" ")})`));
  paint();
  dark.addEventListener?.("change", paint);
}

export function shades(base, isDark) {
  const surface = isDark ? [22, 27, 35] : WHITE;
  const soft = mix(base, surface, isDark ? 0.22 : 0.1);
  const fill = readable(base, WHITE, [0, 0, 0], 4.6);
  return {
    "--accent": fill,
    "--accent-hover": mix(fill, [0, 0, 0], 0.88),
    "--accent-text": readable(base, soft, isDark ? WHITE : [0, 0, 0], 4.7),
    "--accent-soft": soft,
    "--accent-line": mix(base, surface, isDark ? 0.45 : 0.32),
  };
}

// Moves `colour` towards `end` until it can be read on `ground`.
function readable(colour, ground, end, wanted) {
  for (let part = 0; part < 1; part += 0.04) {
    const tried = mix(end, colour, part);
    if (contrast(tried, ground) >= wanted) return tried;
  }
  return end;
}

function mix(a, b, part) {
  return a.map((value, at) => Math.round(value * part + b[at] * (1 - part)));
}

function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function luminance(rgb) {
  const [r, g, b] = rgb.map((value) => value / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function parse(hex) {
  const match = /^#([0-9a-f]{6})$/i.exec(hex ?? "");
  return match && [0, 2, 4].map((at) => parseInt(match[1].slice(at, at + 2), 16));
}
