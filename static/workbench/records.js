// Pages of service records: only the avatar menu moves.
import { watchMenu } from "./menu.js";

watchMenu(document.body);
