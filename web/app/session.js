/** Signing in, and what the page reads over HTTP. */

/** @typedef {import("../types").Athlete} Athlete */

/** A refusal by the server. The message is its own words (RFC 9457 `detail`). */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} detail
   */
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/**
 * @param {string} path
 * @param {RequestInit} [init]
 * @throws {ApiError} also when the server cannot be reached: then with status 0
 */
export async function call(path, init) {
  let response;
  try {
    response = await fetch(path, { ...init, headers: { Accept: "application/json", ...init?.headers } });
  } catch {
    throw new ApiError(0, "The server cannot be reached.");
  }
  const body = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) throw new ApiError(response.status, reason(body) ?? `The server answered ${response.status}.`);
  return body;
}

/** What a problem says: what is wrong with its first field, where it names one. @param {any} body */
const reason = (body) => body?.errors?.[0]?.detail ?? body?.detail;

/**
 * @param {string} path
 * @param {object} body
 */
const post = (path, body) =>
  call(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });

/** @returns {Promise<Athlete | null>} null when nobody is signed in */
export async function whoAmI() {
  try {
    return await call("/api/me");
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/** @returns {Promise<Athlete>} the local athlete; refused (403) unless the page is open on the server's machine */
export const continueLocally = () => call("/api/session/local", { method: "POST" });

/** @type {(email: string, password: string) => Promise<Athlete>} */
export const logIn = async (email, password) =>
  (await post("/api/auth/login", { email, password, cookie: true })).user;

/** @type {(email: string, password: string) => Promise<Athlete>} */
export const createAccount = async (email, password) =>
  (await post("/api/auth/register", { email, password, cookie: true })).user;

/** @type {(token: string) => Promise<Athlete>} */
export const exchangeToken = (token) => call("/api/session", { method: "POST", headers: { Authorization: `Bearer ${token}` } });

/** @returns {Promise<null>} */
export const signOut = () => call("/api/session/end", { method: "POST" });

/** @returns {Promise<{workout: import("../types").Workout | null, sets: import("../types").SetRow[]}>} */
export const currentWorkout = () => call("/api/workouts/current");

/** @returns {Promise<boolean>} whether the server has rooms to talk in */
export const roomsAvailable = async () => (await call("/api/voice/rooms")).available;

/** @type {(conversation: string | null, device: string) => Promise<import("../types").RoomToken>} */
export const roomToken = (conversation, device) => post("/api/voice/token", { conversation, device });

/** Whether a conversation can start. @throws {ApiError} with the reason when it cannot */
export const health = () => call("/health");
