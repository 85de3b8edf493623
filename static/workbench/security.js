// Account and security: the avatar menu, and the connection of who came here from the workbench in this tab.
import { stayAtWork } from "./link.js";
import { watchMenu } from "./menu.js";

watchMenu(document.body);
if (sessionStorage.getItem("opened")) stayAtWork();
