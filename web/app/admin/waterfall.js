/** A turn as bars on one axis of time. Lengths are attributes, not styles: the page allows no inline style. */
import { html } from "../html.js";

/** @typedef {{name: string, began: number, ended: number, outcome: string, parts: Bar[]}} Bar */

/** What the bars are called, in the order in which they come. */
export const STAGES = ["hear", "understand", "do", "model", "speak"];

/** How many percent of the axis even the shortest bar takes: it is to be seen. */
const LEAST = 0.4;

/** @param {number} value milliseconds @returns {string} for people */
export function duration(value) {
  if (value < 0) return `−${duration(-value)}`;
  if (value >= 10_000) return `${(value / 1000).toFixed(1)} s`;
  if (value >= 1000) return `${(value / 1000).toFixed(2)} s`;
  return value < 10 ? `${value.toFixed(1)} ms` : `${Math.round(value)} ms`;
}

/** @param {Bar} bar */
const length = (bar) => bar.ended - bar.began;

/** The wait: from the end of speech on, without the playing of the answer. @param {Bar[]} bars @returns {Bar[]} */
export function waiting(bars) {
  return bars.flatMap((bar) => {
    const part = bar.parts.find(({ name }) => name === (bar.name === "hear" ? "endpointing" : "tts"));
    return bar.name === "hear" || bar.name === "speak" ? (part ? [{ ...part, name: bar.name, parts: [] }] : []) : [bar];
  });
}

/** From when to when the bars of all of these go. @param {Bar[][]} turns @returns {[number, number]} */
export function axisOf(turns) {
  const bars = turns.flat();
  const from = Math.min(0, ...bars.map(({ began }) => began));
  return [from, Math.max(from + 1, ...bars.map(({ ended }) => ended))];
}

/** Round numbers of milliseconds along an axis. @param {[number, number]} axis */
export function ticksOf([from, to]) {
  const rough = (to - from) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  const ticks = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(at);
  return ticks;
}

/**
 * The bars in one line, each stage in its colour.
 * @param {{bars: Bar[], axis: [number, number]}} props
 */
export function Strip({ bars, axis }) {
  const words = bars.map((bar) => `${bar.name} ${duration(length(bar))}`).join(", ") || "nothing was noted";
  return html`<svg class="strip" role="img" aria-label=${words} width="100%" height="14">
    ${bars.map((bar) => html`<rect class=${`stage ${bar.name}`} height="14" rx="2" ...${place(bar, axis)} />`)}
  </svg>`;
}

/** @param {Bar} bar @param {[number, number]} axis */
function place(bar, [from, to]) {
  const share = (/** @type {number} */ value) => (100 * value) / (to - from);
  const width = Math.max(LEAST, share(length(bar)));
  return { x: `${Math.min(share(bar.began - from), 100 - width).toFixed(2)}%`, width: `${width.toFixed(2)}%` };
}

/** The times along an axis. @param {{axis: [number, number]}} props */
export function Axis({ axis }) {
  const [from, to] = axis;
  return html`<svg class="axis" aria-hidden="true" width="100%" height="18">
    ${ticksOf(axis).map((at) => {
      const x = `${((100 * (at - from)) / (to - from)).toFixed(2)}%`;
      return html`<line x1=${x} x2=${x} y1="0" y2="4" /><text x=${x} y="15" text-anchor=${at === from ? "start" : "middle"}>${at}</text>`;
    })}
  </svg>`;
}

/**
 * Every part in a row of its own, with its figures: the whole turn.
 * @param {{bars: Bar[]}} props
 */
export function Waterfall({ bars }) {
  const axis = axisOf([bars]);
  const rows = bars.flatMap((bar) => [
    { bar, stage: bar.name, part: false },
    ...bar.parts.map((part) => ({ bar: part, stage: bar.name, part: true })),
  ]);
  return html`<table class="waterfall">
    <caption class="sr-only">The parts of the turn, in milliseconds since its words came</caption>
    <thead><tr><th scope="col">Part</th><th scope="col" class="figure began">Began</th><th scope="col" class="figure">Took</th><th scope="col" class="bars"><span class="sr-only">Bar</span></th></tr></thead>
    <tbody>
      ${rows.map(
        ({ bar, stage, part }) => html`<tr class=${part ? "part" : ""}>
          <th scope="row">${bar.name}${bar.outcome && bar.outcome !== "done" && html` <span class=${`chip ${bar.outcome}`}>${bar.outcome}</span>`}</th>
          <td class="figure began">${duration(bar.began)}</td>
          <td class="figure">${duration(length(bar))}</td>
          <td class="bars" aria-hidden="true"><svg class="strip" width="100%" height="14"><rect class=${`stage ${stage}`} height="14" rx="2" ...${place(bar, axis)} /></svg></td>
        </tr>`,
      )}
    </tbody>
  </table>`;
}
