/** Sound as the protocol carries it: 16-bit little-endian samples at 24 kHz, in base64. */

export const PROTOCOL_RATE = 24_000;
const FULL_SCALE = 32_768;

/**
 * @param {Float32Array} samples -1 to 1
 * @returns {Int16Array<ArrayBuffer>}
 */
export function toPcm16(samples) {
  return Int16Array.from(samples, (value) => Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, value * FULL_SCALE)));
}

/**
 * @param {Int16Array} pcm
 * @returns {Float32Array<ArrayBuffer>}
 */
export function fromPcm16(pcm) {
  return Float32Array.from(pcm, (value) => value / FULL_SCALE);
}

/** @param {Int16Array} pcm */
export function toBase64(pcm) {
  const bytes = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/**
 * @param {string} text
 * @returns {Int16Array<ArrayBuffer>} an odd last byte is dropped
 */
export function fromBase64(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Int16Array(bytes.buffer, 0, bytes.length >> 1);
}
