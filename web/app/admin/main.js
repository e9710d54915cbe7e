/** Starts the operators' pages: one frame, and in it the page that the address names. */
import { render } from "preact";

import { h } from "../html.js";
import { Frame } from "./frame.js";
import { enter } from "./operator.js";

render(h(Frame, {}), /** @type {Element} */ (document.getElementById("app")));
enter();
