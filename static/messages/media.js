import { h, icon, text } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { size, span } from "./time.js";
import { mediaUrl } from "./url.js";

const WIDEST = 240;
const TALLEST = 280;

/** A picture: its place is kept before it loads, a click opens the original (see lightbox.js). */
export function drawImage(content, ctx) {
  const all = Array.isArray(content?.ImageInfoArray) ? content.ImageInfoArray : [];
  const original = all.find((info) => info.Type === 1) ?? all[0];
  const shown = all.find((info) => info.Type === 3) ?? original;
  const src = mediaUrl(shown?.URL, ctx);
  if (!src) return lost(ctx);
  const image = h("img", { src, alt: text(ctx.strings, "picture"), loading: "lazy", decoding: "async", ...fit(shown, original) });
  image.addEventListener("error", () => button.classList.add("picture--broken"), { once: true });
  const button = h("button", {
    class: "picture", type: "button", "aria-label": text(ctx.strings, "openPicture"),
    "data-zoom": mediaUrl(original?.URL, ctx) ?? src,
  }, image);
  return button;
}

/** A file: name, size, download. */
export function drawFile(content, ctx) {
  const href = mediaUrl(content?.Url, ctx);
  const name = content?.FileName || text(ctx.strings, "file");
  const inside = [
    h("span", { class: "file__icon" }, icon("file"), h("span", { class: "file__type" }, extension(name))),
    h("span", { class: "file__words" },
      h("span", { class: "file__name" }, name), h("span", { class: "file__size" }, size(content?.FileSize))),
  ];
  if (!href || href.startsWith("blob:")) return h("div", { class: "file" }, inside);
  return h("a", { class: "file", href, download: name, target: "_blank", rel: "noopener" }, inside,
    h("span", { class: "file__get" }, icon("download"), h("span", { class: "visually-hidden" }, text(ctx.strings, "download"))));
}

/** A voice message: the browser's own player, loaded when it is played. */
export function drawSound(content, ctx) {
  const src = mediaUrl(content?.Url, ctx);
  if (!src) return lost(ctx);
  const label = labelled("voice", content.Second, ctx);
  return h("div", { class: "sound" }, h("audio", { src, controls: true, preload: "none", "aria-label": label }), length(content.Second));
}

/** A video: its first picture is fetched when it comes into view, the rest when it is played. */
export function drawVideo(content, ctx) {
  const src = mediaUrl(content?.VideoUrl, ctx);
  if (!src) return lost(ctx);
  const label = labelled("video", content.VideoSecond, ctx);
  const video = h("video", { class: "video__player", src, controls: true, playsinline: true, preload: "none", "aria-label": label });
  new IntersectionObserver((seen, observer) => {
    if (!seen.some((each) => each.isIntersecting)) return;
    observer.disconnect();
    video.preload = "metadata";
  }).observe(video);
  return h("div", { class: "video" }, video, length(content.VideoSecond));
}

/** A large emoji. */
export function drawFace(content, ctx) {
  const name = withEmoji(content?.Data ?? "");
  return h("div", { class: "bubble bubble--face" }, /\p{Extended_Pictographic}/u.test(name) ? name : `[${text(ctx.strings, "face")}] ${name}`.trim());
}

function lost(ctx) {
  return h("div", { class: "bubble bubble--quiet" }, text(ctx.strings, "unsupported"));
}

function labelled(kind, seconds, ctx) {
  return seconds ? `${text(ctx.strings, kind)}, ${span(seconds)}` : text(ctx.strings, kind);
}

function length(seconds) {
  return seconds ? h("span", { class: "media__length", "aria-hidden": "true" }, span(seconds)) : null;
}

function fit(shown, original) {
  const width = Number(shown?.Width || original?.Width);
  const height = Number(shown?.Height || original?.Height);
  if (!width || !height) return { width: 200, height: 150 };
  const scale = Math.min(1, WIDEST / width, TALLEST / height);
  return { width: Math.max(48, Math.round(width * scale)), height: Math.max(48, Math.round(height * scale)) };
}

function extension(name) {
  return /\.([a-z0-9]{1,4})$/i.exec(name)?.[1].toUpperCase() ?? "";
}
