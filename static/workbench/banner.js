// The line above the desk that says that the connection is gone, and what happens about it.
import { h, text } from "../messages/dom.js";

const PATIENCE_MS = 1500; // a short gap is nobody's business

export function watchConnection({ banner, link, strings, loginUrl }) {
  let timer = 0;

  const show = (...content) => {
    banner.hidden = false;
    banner.replaceChildren(...content);
  };
  const states = {
    online: () => { banner.hidden = true; banner.replaceChildren(); },
    offline: () => {
      timer = setTimeout(() => show(text(strings, "disconnected"), " ",
        h("button", { type: "button", class: "link", onclick: () => link.retry() }, text(strings, "reconnectNow"))), PATIENCE_MS);
    },
    loggedOut: () => show(text(strings, "loggedOut"), " ", h("a", { class: "link", href: loginUrl }, text(strings, "logInAgain"))),
  };

  link.addEventListener("state", ({ detail }) => {
    clearTimeout(timer);
    document.body.dataset.link = detail;
    states[detail]?.();
  });
}
