/** A client that is checked against the types made from the OpenAPI document: if this compiles, one can be written. */
import createClient from "openapi-fetch";
import type { components, operations, paths } from "./schema.js";

type Set = components["schemas"]["SetOut"];
type Problem = components["schemas"]["Problem"];

const api = createClient<paths>({ baseUrl: "http://127.0.0.1:8080" });

/** Logs a set once, however often it is sent; an unclear exercise is answered with its alternatives. */
export async function log(workout: string, exercise: string, reps: number, key: string): Promise<Set[] | string[]> {
  const { data, error, response } = await api.POST("/api/workouts/{workout_id}/sets", {
    params: { path: { workout_id: workout }, header: { "Idempotency-Key": key } },
    body: { exercise, reps, unit: "lbs" },
  });
  if (error) return (error.alternatives ?? []).map((one) => one.slug);
  const replayed: string | null = response.headers.get("Idempotency-Replayed");
  console.log(replayed, data.workout.status);
  return data.sets;
}

/** Every page of the athlete's finished workouts. */
export async function* finished(): AsyncGenerator<components["schemas"]["WorkoutItem"]> {
  let cursor: string | undefined;
  do {
    const { data, error } = await api.GET("/api/workouts", {
      params: { query: { status: "completed", sort: "-started_at", limit: 100, cursor } },
    });
    if (error) throw new Error(detail(error));
    yield* data.items;
    cursor = data.next_cursor ?? undefined;
  } while (cursor);
}

/** Changes a set that was not changed meanwhile, and takes its RPE away. */
export async function change(one: Set, etag: string): Promise<number | null> {
  const { data, error } = await api.PATCH("/api/workouts/{workout_id}/sets/{set_id}", {
    params: { path: { workout_id: one.workout_id, set_id: one.id }, header: { "If-Match": etag } },
    body: { reps: 10, rpe: null },
  });
  if (error) throw new Error(detail(error));
  return data.reps;
}

/** What is wrong, field by field. */
export function detail(problem: Problem): string {
  return (problem.errors ?? []).map((one) => `${one.in}${one.pointer}: ${one.detail}`).join("\n") || problem.detail;
}

/** What must not compile: the checker complains if one of these is allowed. */
export async function mistakes(): Promise<void> {
  const workout_id = "a";
  // @ts-expect-error there is no such address
  await api.GET("/api/nothing");
  // @ts-expect-error a status that no workout has
  await api.GET("/api/workouts", { params: { query: { status: "lost" } } });
  // @ts-expect-error reps are a number
  await api.POST("/api/workouts/{workout_id}/sets", { params: { path: { workout_id } }, body: { reps: "8", sets: 1 } });
  // @ts-expect-error no unit of weight
  await api.POST("/api/workouts/{workout_id}/sets", { params: { path: { workout_id } }, body: { unit: "stone" } });
  // @ts-expect-error a unit cannot be taken away
  await api.PATCH("/api/workouts/{workout_id}", { params: { path: { workout_id } }, body: { started_at: null } });
  // @ts-expect-error which workout?
  await api.GET("/api/workouts/{workout_id}");
  const { data } = await api.GET("/api/workouts/{workout_id}", { params: { path: { workout_id } } });
  // @ts-expect-error a workout may have no name
  const name: string = data?.name;
  console.log(name);
}

/** Operations have names, and lists of exercises can be filtered by what is counted. */
export type Measure = NonNullable<NonNullable<operations["list_exercises"]["parameters"]["query"]>["measure"]>;
export const held: Measure = "duration";
