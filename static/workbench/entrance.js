// Login and password pages: shows and hides what is typed into a password field.
import { icon } from "./icons.js";
import { h } from "../messages/dom.js";

for (const box of document.querySelectorAll("[data-secret]")) {
  const input = box.querySelector("input");
  const toggle = h("button", { class: "secret__toggle", type: "button", "aria-pressed": "false", onclick: () => show(input.type === "password") });
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    toggle.setAttribute("aria-pressed", String(shown));
    toggle.title = shown ? box.dataset.hide : box.dataset.show;
    toggle.replaceChildren(icon(shown ? "eyeOff" : "eye"), h("span", { class: "visually-hidden" }, box.dataset.show));
  };
  show(false);
  box.append(toggle);
  input.form.addEventListener("submit", () => show(false));
}

sessionStorage.removeItem("opened"); // the next workbench in this tab is entered anew

for (const button of document.querySelectorAll("[data-wait]")) countDown(button, Number(button.dataset.wait));

// The button that sends a code rests until the phone may get another one.
function countDown(button, seconds) {
  const words = button.textContent;
  const until = performance.now() + seconds * 1000;
  const tick = () => {
    const left = Math.ceil((until - performance.now()) / 1000);
    button.disabled = left > 0;
    button.textContent = left > 0 ? `${words} (${left})` : words;
    if (left > 0) setTimeout(tick, 250);
  };
  tick();
}
