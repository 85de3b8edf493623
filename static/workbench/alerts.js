// What calls the agent back: the number in the title, a tone, and a desktop notice once he has allowed it.
import { text } from "../messages/dom.js";
import { previewText } from "../messages/render.js";
import { setText } from "./keyed.js";
import { isMuted, LOUDEST, mute, ring, setVolume, volume } from "./sound.js";

export function watchAlerts({ root, desk, strings, notices, say }) {
  const title = document.title;
  const muting = root.querySelector("[data-mute]");
  const heard = root.querySelector("[data-heard]"); // read out: what came in a session that is not open
  const stepper = root.querySelector("[data-volume]");

  function notice(heading, body, row) {
    if (!document.hasFocus()) notices.show(heading, body, row.session.id);
  }

  function drawButtons() {
    muting.setAttribute("aria-checked", String(!isMuted()));
    setText(muting.querySelector("[data-words]"), text(strings, isMuted() ? "soundOff" : "soundOn"));
    setText(stepper.querySelector("output"), `${volume()}/${LOUDEST}`);
    for (const step of stepper.querySelectorAll("[data-step]")) step.disabled = isMuted() || volume() === (step.dataset.step > 0 ? LOUDEST : 1);
  }

  muting.addEventListener("click", () => { mute(!isMuted()); drawButtons(); ring("message"); });
  stepper.addEventListener("click", (event) => {
    const step = event.target.closest("[data-step]");
    if (!step) return;
    setVolume(volume() + Number(step.dataset.step));
    drawButtons();
    ring("session");
  });
  desk.addEventListener("changed", () => {
    const count = desk.unread + desk.internal.unread + desk.internal.mentions + desk.serving.filter((row) => !row.unread && desk.fresh.has(row.session.id)).length;
    document.title = count ? `(${count}) ${title}` : title;
  });
  desk.addEventListener("arrived", ({ detail: row }) => {
    ring("session");
    say(text(strings, "newSession", { name: row.visitor.name }));
    notice(text(strings, "newSession", { name: row.visitor.name }), row.preview, row);
  });
  // Rings until it is accepted, refused, or over. W34, A105
  let ringing = 0;
  desk.addEventListener("offers", () => {
    if (!desk.offers.length) ringing = clearInterval(ringing) ?? 0;
    else ringing ||= setInterval(() => ring("session"), 2500);
  });
  desk.addEventListener("offered", ({ detail: offer }) => {
    ring("session");
    notice(text(strings, "offerFrom", { name: offer.visitor.name }), offer.note || offer.preview, { session: { id: offer.session } });
  });
  desk.addEventListener("said", ({ detail: { row, entry } }) => {
    if (row.session.id === desk.open && document.hasFocus() && document.body.dataset.side !== "internal") return;
    ring("message");
    setText(heard, text(strings, "internalFrom", { name: row.visitor.name, words: previewText(entry, strings) }));
    notice(row.visitor.name, previewText(entry, strings), row);
  });
  drawButtons();
}
