// Account and security: the avatar menu, and the connection of who came here from the workbench in this tab.
import { Link } from "./link.js";
import { watchMenu } from "./menu.js";

watchMenu(document.body);
if (sessionStorage.getItem("opened")) {
  new Link(new URL("/ws/workbench/", location.href.replace(/^http/, "ws")).href, () => ({ op: "hello" })).connect();
}
