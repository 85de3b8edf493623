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
