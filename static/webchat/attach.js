// Pictures and files: from the buttons, from the clipboard, dropped on the page.
import { h } from "../messages/dom.js";
import { newId } from "./client/ids.js";
import { $, t } from "./page.js";

const MOST = 9;

export class Attachments {
  /** fail(clientId, reason) and node(clientId) draw */
  constructor({ client, fail, node }) {
    Object.assign(this, { client, fail, node });
    this.waiting = new Map();
    for (const id of ["pick-image", "pick-file"]) this.#button(id);
    $("text").addEventListener("paste", (event) => this.#take(event.clipboardData?.files, event));
    this.#dropping();
  }

  /** Tries again what an upload left behind; false when it was no upload. */
  retry(clientId) {
    const item = this.waiting.get(clientId);
    if (item) this.#send(item);
    return Boolean(item);
  }

  #button(id) {
    const input = $(`${id}-input`);
    $(id).addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      this.#take(input.files);
      input.value = "";
    });
  }

  #dropping() {
    let depth = 0;
    const mark = (change) => {
      depth = change === 0 ? 0 : Math.max(0, depth + change);
      $("drop").hidden = depth === 0;
    };
    const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
    addEventListener("dragenter", (event) => holdsFiles(event) && mark(1));
    addEventListener("dragleave", (event) => holdsFiles(event) && mark(-1));
    addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
    addEventListener("drop", (event) => {
      mark(0);
      this.#take(event.dataTransfer?.files, event);
    });
  }

  #take(files, event) {
    if (!files?.length) return;
    event?.preventDefault();
    for (const file of [...files].slice(0, MOST)) this.#start(file);
  }

  async #start(file) {
    const item = { client_id: newId(), at: Date.now(), file, elem: await preview(file) };
    this.waiting.set(item.client_id, item);
    this.#send(item);
  }

  async #send(item) {
    this.client.forget(item.client_id);
    this.client.show(item);
    const bar = h("progress", { class: "upload", max: 1, value: 0, "aria-label": t("uploading") });
    this.node(item.client_id)?.querySelector(".entry__main").append(bar);
    try {
      const elem = await this.client.upload(item.file, (part) => { bar.value = part; });
      this.waiting.delete(item.client_id);
      this.client.forget(item.client_id);
      this.client.post(elem, item.client_id);
    } catch (error) {
      bar.remove();
      this.fail(item.client_id, error.message || t("uploadFailed"));
    }
  }
}

// What the bubble shows while the file travels: the picture itself at its size, or name and size.
async function preview(file) {
  if (!/^image\/(png|jpe?g|gif|webp)$/.test(file.type)) {
    return { MsgType: "TIMFileElem", MsgContent: { Url: "", FileName: file.name, FileSize: file.size } };
  }
  const url = URL.createObjectURL(file);
  const size = await new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve({ Width: image.naturalWidth, Height: image.naturalHeight });
    image.onerror = () => resolve({});
    image.src = url;
  });
  return { MsgType: "TIMImageElem", MsgContent: { ImageInfoArray: [{ Type: 1, URL: url, ...size }] } };
}
