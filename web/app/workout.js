/** The workout so far: what the server says it is, kept up to date by what the tools answer. */
import { computed, signal } from "@preact/signals";

/** @typedef {import("../types").SetRow} SetRow */
/** @typedef {import("../types").Workout} Workout */
/** @typedef {import("../types").ToolOutput} ToolOutput */

/** @type {import("@preact/signals").Signal<Workout | null>} */
export const workout = signal(null);

/** @type {import("@preact/signals").Signal<SetRow[]>} */
export const sets = signal([]);

/** Every set this page has seen, also those taken back. @type {Map<string, SetRow>} */
export const seen = new Map();

/** Sets by exercise, exercises in the order they were begun. */
export const exercises = computed(() => {
  /** @type {Map<string, {name: string, sets: SetRow[]}>} */
  const groups = new Map();
  for (const set of sets.value) {
    const group = groups.get(set.slug) ?? { name: set.exercise, sets: [] };
    group.sets.push(set);
    groups.set(set.slug, group);
  }
  return [...groups.values()];
});

/** @param {{workout: Workout | null, sets: SetRow[]}} current as `GET /api/workouts/current` answers */
export function replaceWorkout(current) {
  // A finished workout stays in view until the next one begins: it is what the athlete just did.
  if (current.workout === null && workout.value?.status === "completed") return;
  workout.value = current.workout;
  sets.value = current.sets;
  for (const set of current.sets) seen.set(set.id, set);
}

/** @param {ToolOutput} output of a call that was committed */
export function applyOutput(output) {
  if (output.workout) {
    if (workout.value && workout.value.id !== output.workout.id) sets.value = [];
    workout.value = output.workout;
  }
  for (const set of output.sets ?? []) seen.set(set.id, set);
  const changed = new Map((output.sets ?? []).map((set) => [set.id, set]));
  const gone = new Set(output.removed ?? []);
  const kept = sets.value.filter((set) => !gone.has(set.id)).map((set) => {
    const now = changed.get(set.id) ?? set;
    changed.delete(set.id);
    return now;
  });
  sets.value = [...kept, ...changed.values()];
}

export function clearWorkout() {
  workout.value = null;
  sets.value = [];
}
