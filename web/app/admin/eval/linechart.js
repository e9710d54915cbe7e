/** Lines over time, in SVG: colour, dash and shape tell them apart, and a list below names them. */
import { html } from "../../html.js";

const WIDTH = 340;
const HEIGHT = 170;
const LEFT = 54;
const RIGHT = 12;
const TOP = 12;
const BOTTOM = 26;
const STEPS = 4;
/** Of the largest value: less is no difference worth a picture, and its marks would all read alike. */
const LEAST_SPREAD = 0.1;

const DAY_MS = 86_400_000;

const day = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });
const hour = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });

/**
 * @param {{title: string, unit: string, lines: import("./lines.js").Line[]}} props
 */
export function LineChart({ title, unit, lines }) {
  const points = lines.flatMap((line) => line.points);
  if (!points.length) {
    return html`<figure class="panel eval-chart"><figcaption>${title}</figcaption><p class="soft">Nothing was measured.</p></figure>`;
  }
  const scale = scales(points, unit);
  const words = lines.map((line) => `${line.name}: ${format(line.points[line.points.length - 1].value, unit)}`);
  return html`<figure class="panel eval-chart">
    <figcaption>${title}</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${`${title} over time. Last: ${words.join("; ")}`}>
      ${scale.marks.map(
        (mark) => html`<g class="grid">
          <line x1=${LEFT} x2=${WIDTH - RIGHT} y1=${scale.y(mark)} y2=${scale.y(mark)} />
          <text x=${LEFT - 6} y=${scale.y(mark) + 4} text-anchor="end">${format(mark, unit)}</text>
        </g>`,
      )}
      <text class="when" x=${LEFT} y=${HEIGHT - 6}>${scale.when.format(scale.first)}</text>
      ${scale.last > scale.first &&
      html`<text class="when" x=${WIDTH - RIGHT} y=${HEIGHT - 6} text-anchor="end">${scale.when.format(scale.last)}</text>`}
      ${lines.map(
        (line, place) => html`<g class=${`line line-${place}`}>
          <polyline points=${line.points.map((p) => `${scale.x(p.at)},${scale.y(p.value)}`).join(" ")} />
          ${line.points.map(
            (p) => html`<circle cx=${scale.x(p.at)} cy=${scale.y(p.value)} r="3.5">
              <title>${`${line.name}, ${new Date(p.at).toLocaleString()}: ${format(p.value, unit)}`}</title>
            </circle>`,
          )}
        </g>`,
      )}
    </svg>
    <ul class="eval-legend">
      ${lines.map(
        (line, place) => html`<li class=${`line-${place}`}>
          <svg viewBox="0 0 28 10" aria-hidden="true"><line x1="0" x2="28" y1="5" y2="5" /></svg>
          <span>${line.name}</span><b>${format(line.points[line.points.length - 1].value, unit)}</b>
        </li>`,
      )}
    </ul>
  </figure>`;
}

/**
 * @param {number} value
 * @param {string} unit
 */
export function format(value, unit) {
  if (unit === "%") return `${value.toFixed(value < 100 && value > 90 ? 1 : 0)} %`;
  if (unit === "$") return `$${value.toFixed(value < 1 ? 3 : 2)}`;
  return `${value.toFixed(value < 100 ? 1 : 0)} ${unit}`;
}

/**
 * Where times and values are in the picture.
 * @param {import("./lines.js").Point[]} points
 * @param {string} unit
 */
function scales(points, unit) {
  const times = points.map((point) => point.at);
  const values = points.map((point) => point.value);
  const first = Math.min(...times);
  const last = Math.max(...times);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = Math.max((most - least) * 0.2, (most * LEAST_SPREAD) / 2) || 1;
  const low = Math.max(0, least - room);
  const high = unit === "%" ? Math.min(100, most + room) : most + room;
  const across = WIDTH - LEFT - RIGHT;
  const down = HEIGHT - TOP - BOTTOM;
  return {
    first,
    last,
    when: last - first > DAY_MS ? day : hour,
    marks: Array.from({ length: STEPS + 1 }, (_, step) => low + ((high - low) * step) / STEPS),
    x: (/** @type {number} */ at) => (last === first ? LEFT + across / 2 : LEFT + (across * (at - first)) / (last - first)),
    y: (/** @type {number} */ value) => TOP + down * (1 - (value - low) / (high - low || 1)),
  };
}
