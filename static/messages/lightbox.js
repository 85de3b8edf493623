import { h, icon, text } from "./dom.js";

/** Opens the original of any [data-zoom] picture inside `root`. */
export function watchPictures(root, strings) {
  root.addEventListener("click", (event) => {
    const picture = event.target.closest("[data-zoom]");
    if (picture) showPicture(picture, strings);
  });
}

/** The original of `picture` in a dialog; Escape, a click or ✕ closes it, and the focus returns. */
export function showPicture(picture, strings) {
  const image = h("img", { class: "lightbox__image", src: picture.dataset.zoom, alt: text(strings, "picture") });
  const close = h("button", { class: "icon-button lightbox__close", type: "button", "aria-label": text(strings, "close") }, icon("close"));
  const dialog = h("dialog", { class: "lightbox", "aria-label": text(strings, "picture"), onclick: () => dialog.close(),
    onclose: () => {
      dialog.remove();
      picture.focus?.({ preventScroll: true });
    } }, image, close);
  image.addEventListener("error", () => image.replaceWith(h("p", {}, text(strings, "pictureLost"))));
  document.body.append(dialog);
  dialog.showModal();
}
