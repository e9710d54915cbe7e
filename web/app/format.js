/** Sets, times and tools in words and figures. */

/** @typedef {import("../types").SetRow} SetRow */

const MINUTE = 60;

/** @param {number} seconds @returns {string} `1:05`, `12:00` */
export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / MINUTE)}:${String(whole % MINUTE).padStart(2, "0")}`;
}

/** @param {number} value @returns {string} `225`, `222.5` */
export const number = (value) => String(Math.round(value * 100) / 100);

/**
 * The figures of a set, the largest thing on the page: load and unit, then count.
 * @param {SetRow} set
 * @returns {{load: string, unit: string, count: string, countUnit: string}} empty where the set has none
 */
export function figures(set) {
  const load = set.weight == null ? "" : number(set.weight);
  const unit = load ? (set.unit ?? "") : "";
  if (set.reps != null) return { load, unit, count: String(set.reps), countUnit: load ? "" : plural("rep", set.reps) };
  if (set.duration_seconds != null) return { load, unit, count: clock(set.duration_seconds), countUnit: "" };
  if (set.distance_meters != null) return { load, unit, count: number(set.distance_meters), countUnit: "m" };
  return { load, unit, count: "", countUnit: "" };
}

/** @param {SetRow} set @returns {string} for screen readers and lists: `225 lbs × 8` */
export function setText(set) {
  const { load, unit, count, countUnit } = figures(set);
  const left = [load, unit].filter(Boolean).join(" ");
  const right = [count, countUnit].filter(Boolean).join(" ");
  return [left, right].filter(Boolean).join(" × ");
}

/** @type {Record<string, string>} */
const SET_TYPES = { warmup: "Warm-up", drop: "Drop set", failure: "To failure", amrap: "AMRAP" };

/** @param {SetRow} set @returns {string[]} what sets this set apart: `Warm-up`, `RPE 8` */
export function badges(set) {
  const type = SET_TYPES[set.set_type ?? ""];
  return [
    ...(type ? [type] : []),
    ...(set.rpe == null ? [] : [`RPE ${number(set.rpe)}`]),
    ...(set.rir == null ? [] : [`${set.rir} RIR`]),
  ];
}

/** @type {(word: string, count: number) => string} */
export const plural = (word, count) => (count === 1 ? word : `${word}s`);

/** @param {string} name a tool's name @returns {string} `Log run` */
export function toolTitle(name) {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
