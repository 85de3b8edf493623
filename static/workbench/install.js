// The workbench as an app: offers on a phone to install it. W57
const LATER = "workbench.install";
const NARROW = matchMedia("(width < 720px)");
const IS_APPLE_PHONE = /iPhone|iPad/.test(navigator.userAgent);

export const isInstalled = matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;

let asked = null; // the browser's own question, kept until the agent wants it
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  asked = event;
  dispatchEvent(new Event("installable"));
});

/** The browser's question can be put once. */
async function install(draw) {
  const question = asked;
  asked = null;
  draw();
  await question.prompt();
}

/** A button that is there while the browser can install. */
export function watchInstallButton(button) {
  const draw = () => { button.hidden = !asked; };
  button.addEventListener("click", () => install(draw));
  addEventListener("installable", draw);
  draw();
}

export function watchInstall(root) {
  const hint = root.querySelector("[data-install]");
  const yes = hint.querySelector("[data-install-yes]");

  function draw() {
    const byMenu = IS_APPLE_PHONE && !asked;
    hint.hidden = isInstalled || !NARROW.matches || localStorage.getItem(LATER) !== null || !(asked || byMenu);
    yes.hidden = byMenu;
    for (const words of hint.querySelectorAll("[data-install-by]")) words.hidden = (words.dataset.installBy === "menu") !== byMenu;
  }

  yes.addEventListener("click", () => install(draw));
  hint.querySelector("[data-install-no]").addEventListener("click", () => { localStorage.setItem(LATER, "no"); draw(); });
  addEventListener("installable", draw);
  addEventListener("appinstalled", () => { asked = null; hint.hidden = true; });
  NARROW.addEventListener("change", draw);
  draw();
}
