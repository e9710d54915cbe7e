/** Who uses the page: the local athlete with one click, or somebody with an account or a token. */
import { effect, signal } from "@preact/signals";

import { ApiError, continueLocally, createAccount, exchangeToken, logIn, roomsAvailable, whoAmI } from "./session.js";

const FORBIDDEN = 403;

/** @type {import("@preact/signals").Signal<import("../types").Athlete | null>} */
export const athlete = signal(null);

/** Whether to ask who it is: the page is open on another machine than the server's. */
export const needsSignIn = signal(false);

/** Whether the server has rooms to talk in. */
export const rooms = signal(false);

effect(() => {
  if (athlete.value) roomsAvailable().then((there) => (rooms.value = there), () => {});
});

/** Signs in without asking, if a session is there. @returns {Promise<boolean>} */
export async function resumeSession() {
  athlete.value = await whoAmI();
  return athlete.value !== null;
}

/**
 * Signs in, as the local athlete if need be.
 * @returns {Promise<boolean>} false: it must be asked who it is
 */
export async function ensureSignedIn() {
  if (athlete.value || (await resumeSession())) return true;
  try {
    athlete.value = await continueLocally();
    return true;
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== FORBIDDEN) throw error;
    needsSignIn.value = true;
    return false;
  }
}

/** @param {string} token */
export const signInWithToken = (token) => become(exchangeToken(token.trim()));

/** @type {(email: string, password: string) => Promise<void>} */
export const signInWithPassword = (email, password) => become(logIn(email, password));

/** @type {(email: string, password: string) => Promise<void>} */
export const register = (email, password) => become(createAccount(email, password));

/** @param {Promise<import("../types").Athlete>} signedIn */
async function become(signedIn) {
  athlete.value = await signedIn;
  needsSignIn.value = false;
}

export function forgetAthlete() {
  athlete.value = null;
}
