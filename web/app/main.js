/** Starts the page. */
import { signal } from "@preact/signals";
import { render } from "preact";

import { Dock } from "./components/dock.js";
import { Feed } from "./components/feed.js";
import { Header } from "./components/header.js";
import { bindSpaceBar } from "./components/talkbutton.js";
import { Workout } from "./components/workout.js";
import { listenTo, refreshWorkout } from "./events.js";
import { h, html } from "./html.js";
import { MICROPHONE_WORDS, notice } from "./notices.js";
import { client, resume } from "./talk.js";

/** Whether the workout is in view on a narrow screen; on a wide one it always is. */
const workoutOpen = signal(false);

function App() {
  return html`<div class=${workoutOpen.value ? "app show-workout" : "app"}>
    ${h(Header, { workoutOpen })}
    <main>${h(Feed, {})} ${h(Workout, {})}</main>
    ${h(Dock, {})}
  </div>`;
}

listenTo(client);
bindSpaceBar();
if (!window.isSecureContext) notice.value = { text: MICROPHONE_WORDS.insecure, tone: "hint" };
render(h(App, {}), /** @type {Element} */ (document.getElementById("app")));
resume()
  .then((signedIn) => (signedIn ? refreshWorkout() : undefined))
  .catch(() => {}); // whatever is wrong is told when the athlete begins
