/** Everything that the bot's pages do beyond forms and links. */
import "./answer.js";
import "./curve.js";
import "./dialog.js";
import "./hints.js";
import "./order.js";
import "./progress.js";
import "./tree.js";
import "./try.js";
