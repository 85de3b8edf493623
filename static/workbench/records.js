// Pages of service records: the avatar menu, and a connection, since reading records is being at work.
import { Link } from "./link.js";
import { watchMenu } from "./menu.js";

watchMenu(document.body);
new Link(new URL("/ws/workbench/", location.href.replace(/^http/, "ws")).href, () => ({ op: "hello" })).connect();
