// What a threshold means on this knowledge base: how many answers are right, how many questions get one.
import { h } from "../../messages/dom.js";
import { strings } from "./page.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, LEFT, BOTTOM] = [520, 200, 40, 24];
const x = (value) => LEFT + value * (WIDTH - LEFT - 8);
const y = (value) => 8 + (1 - value) * (HEIGHT - BOTTOM - 8);
const percent = (value) => (value === null ? "–" : `${Math.round(value * 100)}%`);

function draw(tag, attributes, words = "") {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.textContent = words;
  return node;
}

class ThresholdCurve extends HTMLElement {
  connectedCallback() {
    if (this.curves) return;
    this.curves = JSON.parse(this.dataset.curves);
    const form = this.closest("form");
    this.fields = ["direct_threshold", "guide_threshold"].map((name) => form?.elements.namedItem(name));
    for (const field of this.fields) field?.addEventListener("input", () => this.show());
    this.show();
  }

  show() {
    const { own, labelled, ownAsked, labelledAsked, isCurrent } = this.curves;
    const [points, asked, source] = labelled.length && labelledAsked >= 20
      ? [labelled, labelledAsked, strings.curveLabelled] : [own, ownAsked, strings.curveOwn];
    if (!points.length) {
      this.replaceChildren(h("p", { class: "cs-quiet" }, isCurrent ? strings.curveNone : strings.curveMeasuring));
      return;
    }
    this.replaceChildren(this.picture(points), this.legend(), this.said(points),
      h("p", { class: "cs-quiet" }, source.replace("{count}", asked), isCurrent ? "" : ` ${strings.curveMeasuring}`));
  }

  picture(points) {
    const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true", class: "cs-curve" });
    for (const mark of [0, 0.5, 1]) {
      svg.append(draw("line", { x1: x(0), x2: x(1), y1: y(mark), y2: y(mark), class: "cs-curve-grid" }),
        draw("text", { x: LEFT - 6, y: y(mark) + 4, "text-anchor": "end" }, percent(mark)),
        draw("text", { x: x(mark), y: HEIGHT - 6, "text-anchor": "middle" }, String(mark)));
    }
    for (const [place, name] of [[1, "precision"], [2, "coverage"]]) {
      const line = points.filter((point) => point[place] !== null).map((point) => `${x(point[0])},${y(point[place])}`).join(" ");
      svg.append(draw("polyline", { points: line, class: `cs-curve-${name}` }));
    }
    this.fields.forEach((field, place) => {
      const value = Number(field?.value);
      if (field && value >= 0 && value <= 1) {
        svg.append(draw("line", { x1: x(value), x2: x(value), y1: y(1), y2: y(0), class: place ? "cs-curve-guide" : "cs-curve-direct" }));
      }
    });
    return svg;
  }

  legend() {
    return h("p", { class: "cs-curve-legend" }, h("span", { class: "cs-curve-precision" }, strings.curvePrecision),
      h("span", { class: "cs-curve-coverage" }, strings.curveCoverage), h("span", { class: "cs-curve-direct" }, strings.curveDirect));
  }

  said(points) {
    const value = Number(this.fields[0]?.value ?? 0);
    const near = points.reduce((best, point) => (Math.abs(point[0] - value) < Math.abs(best[0] - value) ? point : best));
    const words = strings.curveSaid.replace("{threshold}", value.toFixed(2)).replace("{precision}", percent(near[1]))
      .replace("{coverage}", percent(near[2]));
    return h("p", { role: "status" }, h("b", {}, words));
  }
}

customElements.define("threshold-curve", ThresholdCurve);
