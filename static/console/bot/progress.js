// A page about work that goes on asks for itself again until it has come to an end.

const EVERY_MS = 1000;

class PageProgress extends HTMLElement {
  connectedCallback() {
    if (this.dataset.running === "true") this.timer = setTimeout(() => this.look(), EVERY_MS);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  async look() {
    const response = await fetch(location.href).catch(() => null);
    const page = response?.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
    const newer = page?.querySelector("page-progress");
    if (newer) this.replaceWith(document.adoptNode(newer));
    else this.timer = setTimeout(() => this.look(), EVERY_MS * 3);
  }
}

customElements.define("page-progress", PageProgress);
