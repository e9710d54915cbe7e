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

/** What answers are about: a tool's name says what it does, to a model. @type {Record<string, string>} */
const TITLES = {
  calculate_plates: "Plates",
  cancel_run: "Run",
  correct_run: "Run",
  correct_set: "Change",
  delete_run: "Run",
  estimate_one_rep_max: "Estimated max",
  finish_run: "Run",
  finish_workout: "Finished",
  get_exercise_cues: "Cues",
  get_last_performance: "Last time",
  get_personal_records: "Records",
  get_progress: "Progress",
  get_run_status: "Run so far",
  get_running_records: "Running records",
  get_running_totals: "Running totals",
  get_todays_workout: "Today",
  get_training_paces: "Training paces",
  get_workout_summary: "So far",
  log_run: "Run",
  log_set: "Set",
  name_exercise: "Your name for it",
  next_onboarding_step: "Setup",
  pause_run: "Run",
  predict_race: "Prediction",
  repeat_set: "Set",
  resume_run: "Run",
  search_knowledge: "Knowledge",
  start_rest_timer: "Rest",
  stop_rest_timer: "Rest",
  get_rest_timer: "Rest",
  start_run: "Run",
  start_workout: "Started",
  suggest_exercise_substitution: "Instead",
  swap_exercise: "Swap",
  undo_last: "Taken back",
  update_profile: "Profile",
};

/** @param {string} name a tool's name @returns {string} the title of its card: `Last time` */
export const toolTitle = (name) => TITLES[name] ?? name.replaceAll("_", " ");

/**
 * @param {string} tool @param {import("../types").ToolOutput} output
 * @returns {boolean} whether the words are all there is to show of a call
 */
export const isAnswer = (tool, { removed, sets, timer }) =>
  !(removed?.length || sets?.length || timer || tool === "start_workout" || tool === "finish_workout");
