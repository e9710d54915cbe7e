/** Who uses the page: the local athlete with one click, or somebody with a token. */
import { signal } from "@preact/signals";

import { ApiError, continueLocally, signIn, whoAmI } from "./session.js";

const FORBIDDEN = 403;

/** @type {import("@preact/signals").Signal<import("../types").Athlete | null>} */
export const athlete = signal(null);

/** Whether this page needs a token: it is open on another machine than the server's. */
export const needsToken = signal(false);

/** Signs in without asking, if a session is there. @returns {Promise<boolean>} */
export async function resumeSession() {
  athlete.value = await whoAmI();
  return athlete.value !== null;
}

/**
 * Signs in, as the local athlete if need be.
 * @returns {Promise<boolean>} false: a token must be asked for
 */
export async function ensureSignedIn() {
  if (athlete.value || (await resumeSession())) return true;
  try {
    athlete.value = await continueLocally();
    return true;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== FORBIDDEN) throw error;
    needsToken.value = true;
    return false;
  }
}

/** @param {string} token */
export async function signInWith(token) {
  athlete.value = await signIn(token.trim());
  needsToken.value = false;
}

export function forgetAthlete() {
  athlete.value = null;
}
