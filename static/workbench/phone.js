// 手机接待: the switch of this device, a test notice, and the installation. W57 to W60
import { text } from "../messages/dom.js";
import { data } from "./data.js";
import { isInstalled, watchInstallButton } from "./install.js";
import { setText } from "./keyed.js";
import { stayAtWork } from "./link.js";
import { watchMenu } from "./menu.js";
import { Notices, toggle, watchElsewhere } from "./notices.js";
import { toaster } from "./toast.js";

const strings = data("phone-strings");
const notices = new Notices({ ...data("phone-config"), csrf: document.querySelector('meta[name="csrf-token"]').content });
const box = document.querySelector("[data-this-device]");
const button = box.querySelector("[data-switch]");
const testing = box.querySelector("[data-test]");
const say = toaster(document.querySelector("[data-toasts]"));
const HINTS = { on: "noticesOnHint", off: "noticesOffHint", denied: "noticesDenied", unsupported: "noticesUnsupported" };

function draw() {
  const { state } = notices;
  box.dataset.state = state;
  setText(box.querySelector("[data-state-words]"), text(strings, state === "on" ? "noticesOn" : "noticesOff"));
  setText(box.querySelector("[data-hint]"), text(strings, HINTS[state]));
  setText(button, text(strings, state === "on" ? "switchOff" : "switchOn"));
  button.hidden = state === "unsupported" || state === "denied";
  testing.hidden = state !== "on";
}

button.addEventListener("click", async () => {
  button.disabled = true;
  await toggle({ notices, strings, say });
  button.disabled = false;
});
testing.addEventListener("click", () => notices.test().then(() => say(text(strings, "testSent")), (error) => say(error.message, "danger")));
notices.addEventListener("changed", draw);
document.querySelector("[data-installed]").hidden = !isInstalled;
watchInstallButton(document.querySelector("[data-install-here]"));
const others = document.querySelector("[data-others]");
others.hidden = notices.config.elsewhere === null;
watchElsewhere({ button: others.querySelector("[data-elsewhere]"), notices, strings, toast: say });
watchMenu(document.body);
notices.start();
stayAtWork();
