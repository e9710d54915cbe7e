/** Who looks: an operator, somebody else, or nobody yet. */
import { signal } from "@preact/signals";

import { ApiError, call } from "../session.js";

const UNAUTHORIZED = 401;
const FORBIDDEN = 403;

/** @typedef {{id: string, email: string, transcripts_until: string | null}} Operator */

/**
 * `problem` holds what the server said.
 * @type {import("@preact/signals").Signal<{state: "asking" | "signed out" | "refused" | "lost" | "in", operator?: Operator, problem?: string}>}
 */
export const who = signal({ state: "asking" });

/** Asks the server who is signed in. */
export async function enter() {
  try {
    who.value = { state: "in", operator: await call("/api/admin/me") };
  } catch (error) {
    const status = error instanceof ApiError ? error.status : 0;
    const state = status === UNAUTHORIZED ? "signed out" : status === FORBIDDEN ? "refused" : "lost";
    who.value = { state, problem: error instanceof ApiError ? error.message : "This page does not work. Load it again." };
  }
}
