// The menu behind the agent's avatar, on every page of the workbench. W54, W55
import { popover } from "./popover.js";

export function watchMenu(root) {
  popover(root.querySelector("[data-me-button]"), root.querySelector("[data-me-menu]"));
}
