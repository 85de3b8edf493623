import { tellHost } from "./embed.js";
import { $, page, t } from "./page.js";

let count = 0;

/** More that the visitor has not seen: the title, the jump button, the badge on the host's page. */
export function addUnread(more = 1) {
  set(count + more);
}

export function clearUnread() {
  if (count) set(0);
}

function set(value) {
  count = value;
  document.title = count ? `(${count}) ${page.channel.name}` : page.channel.name;
  $("jump-count").textContent = count ? String(Math.min(count, 99)) : "";
  $("jump-count").hidden = !count;
  $("jump").setAttribute("aria-label", count ? t("jumpUnread", { count }) : t("jump"));
  tellHost({ type: "csdesk:unread", count });
}
