/** Line icons, drawn for a 24-unit square. They carry no words: the button they are in does. */
import { html } from "../html.js";

/** @type {(path: string) => any} */
const icon = (path) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${path} /></svg>`;

export const microphoneIcon = icon("M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM6 11a6 6 0 0 0 12 0M12 17v4");
export const sendIcon = icon("M12 19V5M5 12l7-7 7 7");
export const menuIcon = icon("M4 7h16M4 12h16M4 17h16");
export const closeIcon = icon("M6 6l12 12M18 6L6 18");
export const listIcon = icon("M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01");
export const hushIcon = icon("M11 5L6 9H3v6h3l5 4V5ZM16 9.5l5 5M21 9.5l-5 5");
