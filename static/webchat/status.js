// What the page says about the session: the line under the name, the queue, the buttons that are allowed now.
import { icon } from "../messages/dom.js";
import { $, t } from "./page.js";

const MAY_ASK = 4; // menuSendRuleFlag of src 23: the visitor may ask for a rating card

export function drawStatus({ standing: state, messageForm }) {
  const phase = state.session?.state ?? "none";
  $("status").textContent = headline(state, phase);
  document.body.dataset.phase = phase;
  drawQueue(state, phase);
  const serving = phase === "serving" || state.inSeat;
  $("handover").hidden = serving || phase === "waiting";
  $("rate").hidden = !(state.ratingFlag & MAY_ASK && mayRate(state, phase));
  $("end").hidden = !serving;
  $("cancel").hidden = phase !== "waiting";
  $("leave").hidden = serving || phase === "waiting" || !messageForm || !(messageForm.always || state.isOffered);
  $("actions").hidden = [...$("actions").children].every((button) => button.hidden);
}

function mayRate({ session, rated }, phase) {
  return session && session.id !== rated && (session.rateable ?? phase === "serving");
}

function headline({ session }, phase) {
  if (phase === "serving") return t("servedBy", { name: session.agent?.name || t("agent") });
  if (phase === "waiting") return t("waiting");
  return t(phase === "flow" ? "robotServes" : "welcomeLine");
}

function drawQueue({ queue }, phase) {
  const box = $("queue");
  box.hidden = phase !== "waiting";
  if (box.hidden) return;
  const position = queue?.position;
  const parts = [position ? t("queuePosition", { position }) : t("queueNext")];
  if (position && queue.seconds) parts.push(t("queueWait", { minutes: Math.ceil(queue.seconds / 60) }));
  const words = parts.join(t("comma"));
  if (box.textContent !== words) box.replaceChildren(icon("clock"), words);
}
