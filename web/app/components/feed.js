/** The conversation: what was said on both sides and what came of it, newest last. */
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

import { lines } from "../conversation.js";
import { h, html } from "../html.js";
import { needsSignIn } from "../signin.js";
import { connect } from "../talk.js";
import { Card } from "./card.js";
import { SignIn } from "./signin.js";
import { Welcome } from "./welcome.js";

/** How near to the end counts as being there: then new lines are followed. */
const NEAR_END_PX = 160;

/** @typedef {import("../../types").Entry} Entry */

export function Feed() {
  const box = useRef(/** @type {HTMLElement | null} */ (null));
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (lines.value.length > 0 && atEnd.current) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [lines.value]);
  useEffect(() => keepAtEnd(box.current, atEnd), []);
  const follow = () => {
    const { scrollHeight = 0, scrollTop = 0, clientHeight = 0 } = box.current ?? {};
    atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  };
  return html`<section class="feed" ref=${box} onScroll=${follow} tabindex="0" aria-label="Conversation">
    ${lines.value.length === 0 && !needsSignIn.value && h(Welcome, {})}
    <ol class="lines">
      ${lines.value.map((entry) => html`<li key=${entry.id} class=${`line ${entry.kind}`}>${h(Line, { entry })}</li>`)}
    </ol>
    ${needsSignIn.value && h(SignIn, { proceed: connect })}
  </section>`;
}

/**
 * A phone that is turned, or whose keyboard comes up, must not cover the newest line.
 * @param {HTMLElement | null} box @param {{current: boolean}} atEnd
 */
function keepAtEnd(box, atEnd) {
  const resized = new ResizeObserver(() => {
    if (atEnd.current) box?.scrollTo({ top: box.scrollHeight });
  });
  if (box) resized.observe(box);
  return () => resized.disconnect();
}

/** @param {{entry: Entry}} props */
function Line({ entry }) {
  switch (entry.kind) {
    case "tool":
      return h(Card, entry);
    case "user":
      return html`<p><span class="sr-only">You: </span>${entry.pending ? h(Dots, {}) : entry.text}</p>`;
    case "assistant":
      return html`<p>
        <span class="sr-only">VoiceFit: </span>${entry.text}<span class="unheard">${entry.unheard}</span>${entry.interrupted &&
        html`<span class="cut"> (interrupted)</span>`}
      </p>`;
  }
}

function Dots() {
  return html`<span class="dots"><span class="sr-only">being recognised</span><i></i><i></i><i></i></span>`;
}
