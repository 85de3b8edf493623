// Short tones made here, no file: two for a new session, one for a message. Browsers allow them after a first click. A105
const KEY = "workbench.muted";
const VOLUME = "workbench.volume";
export const LOUDEST = 5;
let context = null;

for (const type of ["pointerdown", "keydown"]) addEventListener(type, wake, { capture: true });

// A key with Alt alone is no activation for the browser: tried again until one is.
function wake() {
  if (context?.state === "running" || !navigator.userActivation?.isActive) return;
  context ??= new AudioContext();
  context.resume();
}

export function isMuted() {
  return localStorage.getItem(KEY) === "1";
}

export function mute(on) {
  localStorage.setItem(KEY, on ? "1" : "0");
}

/** 1 to LOUDEST. */
export function volume() {
  return Math.min(LOUDEST, Math.max(1, Number(localStorage.getItem(VOLUME)) || 3));
}

export function setVolume(step) {
  localStorage.setItem(VOLUME, String(Math.min(LOUDEST, Math.max(1, step))));
}

export function ring(kind) {
  if (isMuted() || context?.state !== "running") return;
  const notes = kind === "session" ? [[660, 0], [880, 0.16]] : [[740, 0]];
  for (const [pitch, after] of notes) tone(pitch, context.currentTime + after);
}

function tone(pitch, at) {
  const voice = context.createOscillator();
  const loudness = context.createGain();
  voice.frequency.value = pitch;
  loudness.gain.setValueAtTime(0.0001, at);
  loudness.gain.exponentialRampToValueAtTime(0.013 * 2.1 ** volume(), at + 0.02); // 3 of 5 is 0.12
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.28);
  voice.connect(loudness).connect(context.destination);
  voice.start(at);
  voice.stop(at + 0.3);
}
