// Short tones made here, no file: two for a new session, one for a message. Browsers allow them after a first click. A105
const KEY = "workbench.muted";
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
  loudness.gain.exponentialRampToValueAtTime(0.12, at + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.28);
  voice.connect(loudness).connect(context.destination);
  voice.start(at);
  voice.stop(at + 0.3);
}
