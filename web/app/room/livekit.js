/** LiveKit's own client, loaded the first time somebody enters a room. */

/** @returns {Promise<typeof import("livekit-client")>} */
export async function livekit() {
  await import("livekit-client");
  // The file is a script for any kind of page, which leaves its name with the window.
  const sdk = /** @type {any} */ (globalThis).LivekitClient;
  sdk.setLogLevel("warn");
  return sdk;
}
