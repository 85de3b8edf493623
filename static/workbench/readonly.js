// The entries of a session that is only read: no states of what was sent, nothing to recall.
import { renderEntry } from "../messages/render.js";
import { arrange } from "./arrange.js";
import { drawFace } from "./faces.js";

/** Appends what can be drawn to `list`. */
export function drawEntries(list, entries, ctx) {
  for (const entry of entries) {
    const node = renderEntry(entry, ctx);
    if (!node) continue;
    node.querySelector(".entry__state")?.remove();
    const face = entry.from.kind === "visitor" && node.querySelector(".entry__face");
    if (face) drawFace(face, entry.from);
    list.append(node);
    arrange(node, ctx);
  }
}
