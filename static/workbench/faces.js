// Visitors' avatars: a picture, or a letter on one of six quiet colours that stays the same for the same visitor.
import { h } from "../messages/dom.js";

const COLOURS = 6;

export function drawFace(node, { id = "", name = "", avatar = "" }) {
  const now = `${id} ${name} ${avatar}`;
  if (node.dataset.face === now) return;
  node.dataset.face = now;
  node.dataset.colour = String([...id].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % COLOURS);
  const letter = [...name.replace(/^访客_/, "")][0]?.toUpperCase() ?? "?";
  node.replaceChildren(avatar ? h("img", { src: avatar, alt: "" }) : letter);
}
