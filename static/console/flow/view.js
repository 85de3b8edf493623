// Where the picture is looked at from: pan and zoom. World coordinates are the nodes' own.
const LEAST = 0.3, MOST = 1.6;

export class View {
  x = 0;
  y = 0;
  scale = 1;

  constructor(canvas, world) {
    this.canvas = canvas;
    this.world = world;
  }

  apply() {
    this.world.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.scale})`;
    this.canvas.style.backgroundPosition = `${this.x}px ${this.y}px`;
    this.canvas.style.backgroundSize = `${24 * this.scale}px ${24 * this.scale}px`;
  }

  panBy(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.apply();
  }

  /** Keeps the point under the pointer (in page coordinates), or the middle, where it is. */
  zoomBy(factor, pageX = null, pageY = null) {
    const box = this.canvas.getBoundingClientRect();
    const [px, py] = [(pageX ?? box.left + box.width / 2) - box.left, (pageY ?? box.top + box.height / 2) - box.top];
    const scale = Math.min(MOST, Math.max(LEAST, this.scale * factor));
    this.x = px - (px - this.x) * (scale / this.scale);
    this.y = py - (py - this.y) * (scale / this.scale);
    this.scale = scale;
    this.apply();
  }

  toWorld(pageX, pageY) {
    const box = this.canvas.getBoundingClientRect();
    return { x: (pageX - box.left - this.x) / this.scale, y: (pageY - box.top - this.y) / this.scale };
  }

  get middle() {
    const box = this.canvas.getBoundingClientRect();
    return this.toWorld(box.left + box.width / 2, box.top + box.height / 2);
  }

  /** Shows all of `boxes` ({x, y, width, height}), never larger than life; or their beginning, not smaller than `least`. */
  fit(boxes, least = LEAST, margin = 32) {
    if (!boxes.length) return;
    const left = Math.min(...boxes.map((box) => box.x)), top = Math.min(...boxes.map((box) => box.y));
    const right = Math.max(...boxes.map((box) => box.x + box.width)), bottom = Math.max(...boxes.map((box) => box.y + box.height));
    const { clientWidth, clientHeight } = this.canvas;
    const wanted = Math.min((clientWidth - 2 * margin) / (right - left), (clientHeight - 2 * margin) / (bottom - top), 1);
    this.scale = Math.max(least, wanted);
    this.x = Math.max(margin, (clientWidth - (right - left) * this.scale) / 2) - left * this.scale;
    this.y = Math.max(margin, (clientHeight - (bottom - top) * this.scale) / 2) - top * this.scale;
    this.apply();
  }

  /** Pans just so far that the box is seen. */
  reveal(box, margin = 24) {
    const { clientWidth, clientHeight } = this.canvas;
    const [left, top] = [box.x * this.scale + this.x, box.y * this.scale + this.y];
    const [right, bottom] = [left + box.width * this.scale, top + box.height * this.scale];
    const dx = left < margin ? margin - left : Math.min(0, clientWidth - margin - right);
    const dy = top < margin ? margin - top : Math.min(0, clientHeight - margin - bottom);
    if (dx || dy) this.panBy(dx, dy);
  }
}
