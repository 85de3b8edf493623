// Pictures and files of the agent: what may be sent, the bubble before it is stored, and the upload itself.
import { text } from "../messages/dom.js";

const DRAWN = /^image\/(png|jpeg|gif|webp)$/;

/** Why `file` cannot be sent, in the agent's words; "" when it can. */
export function refusal(file, { maxBytes, strings }) {
  if (!file.size) return text(strings, "fileEmpty", { name: file.name });
  if (file.size > maxBytes) return text(strings, "fileTooLarge", { name: file.name, n: Math.floor(maxBytes / 1048576) });
  return "";
}

export function isPicture(file) {
  return DRAWN.test(file.type);
}

/** An element that draws `file` from this page while it is on its way. */
export function localElem(file, size = {}) {
  const url = URL.createObjectURL(file);
  if (!isPicture(file)) return { MsgType: "TIMFileElem", MsgContent: { UUID: "", Url: url, FileSize: file.size, FileName: file.name, Download_Flag: 2 } };
  const info = { Type: 1, Size: file.size, Width: size.width ?? 0, Height: size.height ?? 0, URL: url };
  return { MsgType: "TIMImageElem", MsgContent: { UUID: "", ImageFormat: 255, ImageInfoArray: [info] } };
}

/** Stores `file` and resolves to its element; throws an UploadError with the server's reason, or "closed". */
export async function upload(file, conversation, { uploadUrl, csrf, login, strings }) {
  const body = new FormData();
  body.append("conversation", conversation);
  body.append("file", file, file.name);
  const answer = await fetch(uploadUrl, { method: "POST", body, headers: { ...(login ? { Authorization: `Login ${login}` } : { "X-CSRFToken": csrf }), Accept: "application/json" } })
    .catch(() => { throw new Error("closed"); });
  const data = await answer.json().catch(() => ({}));
  if (answer.ok && data.elem) return data.elem;
  throw Object.assign(new Error(data.reason ?? data.detail ?? text(strings, "uploadFailed")), { name: "UploadError" });
}

/** Sends `file` to an address that keeps it, or asks there to forget what it keeps; null when no answer came. */
export function sendFile(url, file, { csrf }) {
  const body = file ? new FormData() : undefined;
  body?.append("file", file, file.name);
  return fetch(url, { method: file ? "POST" : "DELETE", body, headers: { "X-CSRFToken": csrf } }).catch(() => null);
}

/** Width and height of a picture file, {} when the browser cannot tell. */
export async function measure(file) {
  if (!isPicture(file)) return {};
  try {
    const { width, height } = await createImageBitmap(file);
    return { width, height };
  } catch {
    return {};
  }
}
