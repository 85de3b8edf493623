// Pages of service records: the avatar menu, and a connection, since reading records is being at work.
import { stayAtWork } from "./link.js";
import { watchMenu } from "./menu.js";

watchMenu(document.body);
stayAtWork();
