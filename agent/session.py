"""One conversation: ears, understanding and voice, whatever door it came in by."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Literal
from uuid import UUID

from livekit.agents import AgentSession, io, llm
from livekit.agents.voice import SpeechHandle

from agent.alarm import Alarm
from agent.answers import Answers
from agent.attention import Attention
from agent.coach import Coach
from agent.companion import Companion
from agent.events import SessionEvent, SessionStuck, ToolFinished
from agent.keeping import Keeping
from agent.memory import Beginning, HistoryItem
from agent.observing import Observer
from agent.rehearsing import Guesses, Rehearsing
from agent.router.llm import RouterLLM
from agent.speech import Speech
from agent.speech.patience import no_patience
from agent.speech.stt import WhisperSTT
from agent.turns import Turns
from agent.voice import agent_session
from agent.watchdog import Outcome, Patience, State, Watchdog
from agent.wiring import Wiring
from core.logs import conversation_id as conversation_in_logs
from core.settings import Settings
from prompts import phrase
from services import messages
from services.messages import Said
from services.running.track import TrackPoint

logger = logging.getLogger(__name__)

MODEL_GRACE_SECONDS = 10.0
"""Beyond the time that the language model may take for an answer: for what its turn does besides."""

TurnDetection = Literal["vad", "manual"]

LET_GO_SECONDS = 2.0
"""After the end of push to talk, until what is heard may be meant for somebody else."""


class VoiceSession:
    """One athlete's conversation. Open it with `Brain.open`, start it once, close it."""

    def __init__(
        self,
        wiring: Wiring,
        speech: Speech | None,
        settings: Settings,
        athlete_id: UUID,
        conversation_id: UUID,
        history: list[Said],
        beginning: Beginning,
        door: str,
    ) -> None:
        self.athlete_id = athlete_id
        self.conversation_id = conversation_id
        self.history = [HistoryItem(said.item_id, said.role, said.text) for said in history]
        self._database = wiring.database
        self._speech = speech
        self._settings = settings
        self._listeners: list[Callable[[SessionEvent], None]] = []
        self._names: dict[str, None] = {}
        self._observer = Observer(wiring.measures, wiring.tracing, door, conversation_id)
        self._observer.opened()
        self._opening = asyncio.get_running_loop().call_later(0, lambda: None)
        self.turns = Turns(wiring, athlete_id, conversation_id, self._emit, beginning, self._observer)
        self._answers = Answers(self.turns)
        self._keeping = Keeping(
            wiring.database,
            athlete_id,
            conversation_id,
            self._answers,
            self.turns.concluding,
            self._observer,
        )
        self.agent = self._agent_session()
        self.agent.on("conversation_item_added", self._keeping.on_item)
        Attention(self.agent, wiring.foreground)
        thinking = settings.stuck_thinking_seconds
        if wiring.grok is not None:  # which has its own limits
            thinking = max(thinking, settings.xai_answer_seconds + MODEL_GRACE_SECONDS)
        patience = Patience(thinking, settings.stuck_speaking_seconds)
        self._watchdog = Watchdog(self.agent, self.turns, patience, self._on_stuck)
        self.alarm = Alarm(lambda: self.agent.say(phrase("rest_over")))
        # What it says answers no turn, and is none of the conversation's messages.
        say = partial(self.agent.say, add_to_chat_ctx=False)
        self.turns.first_sound.speaks = self._speaks
        self._coach: Coach | None = None
        self._rehearsing = Rehearsing(self.turns, self._speaks, self._prepare)
        self._hear_guesses()
        self.companion = Companion(
            wiring.database,
            athlete_id,
            say,
            self._emit,
            lambda: bool(self.turns.situation.state.run),
            lambda: self.agent.user_state != "speaking" and not self.turns.are_under_way,
        )
        self.on_event(self.companion.on_event)

    def _agent_session(self) -> AgentSession[None]:
        speech = self._speech
        endpointing = self._settings.endpointing_seconds
        self._stt = speech.new_stt() if speech else None
        if isinstance(self._stt, WhisperSTT):
            self._stt.choose = self.turns.situation.choose
            self._stt.patience = self.turns.situation.patience
        return agent_session(RouterLLM(self._answers), self._stt, speech, endpointing)

    async def start(
        self,
        *,
        audio_in: io.AudioInput | None = None,
        audio_out: io.AudioOutput | None = None,
        text_out: io.TextOutput | None = None,
        turn_detection: TurnDetection = "vad",
    ) -> None:
        """Begins to listen. What is None stays silent: typed turns work without any audio."""
        conversation_in_logs.set(str(self.conversation_id))
        self.agent.input.audio = audio_in
        self.agent.output.audio = audio_out
        self.agent.output.transcription = text_out
        context = llm.ChatContext.empty()
        for item in self.history:
            if item.role in ("user", "assistant"):
                context.add_message(
                    role="user" if item.role == "user" else "assistant", content=item.text, id=item.item_id
                )
        self._coach = Coach(
            self.turns.result,
            self.turns.take,
            context,
            self._on_sound,
            lambda said: self._observer.rehearsed(said=said),
        )
        await self.agent.start(self._coach, record=False)
        self._watchdog.begin()
        self._open_microphone()
        if self.turns.situation.state.run is not None:
            self.companion.begin()
        if self._speech and turn_detection == "manual":
            self.set_turn_detection("manual")

    def set_turn_detection(self, mode: TurnDetection) -> None:
        """`vad`: the end of speech ends a turn. `manual`: the client says when (push to talk)."""
        self.agent.update_options(turn_detection=mode)
        self._opening.cancel()
        if mode == "manual":
            self.turns.open_microphone = False
        else:  # what was said before the button was let go is still on its way
            self._opening = asyncio.get_running_loop().call_later(LET_GO_SECONDS, self._open_microphone)
        if isinstance(self._stt, WhisperSTT):
            self._stt.patience = self.turns.situation.patience if mode == "vad" else no_patience

    def _open_microphone(self) -> None:
        self.turns.open_microphone = True

    def on_event(self, listener: Callable[[SessionEvent], None]) -> None:
        """Tells `listener` of every call that is made, from now on."""
        self._listeners.append(listener)

    async def say(self, text: str, item_id: str, confidence: float | None = None) -> SpeechHandle | None:
        """A typed turn, or one that was recognised elsewhere with this `confidence`. The same `item_id` again
        is the same turn: answered again, done once.

        Returns the reply that is being generated, or None when there is none to repeat.
        """
        if (known := self.turns.known(item_id)) is not None:
            await known.done.wait()
            reply: str | None = known.reply
        else:
            reply = await self.earlier_reply(item_id)
        if reply is not None:
            return self.agent.say(reply, add_to_chat_ctx=False) if reply else None
        # The reply is generated afterwards: it would only take time from what must be committed first.
        await self.turns.begin(item_id, text, confidence=confidence).answerable.wait()
        if self.agent.current_speech is not None:
            await self.agent.interrupt()
        message = llm.ChatMessage(id=item_id, role="user", content=[text])
        return self.agent.generate_reply(user_input=message, input_modality="text")

    async def earlier_reply(self, item_id: str) -> str | None:
        """What was said to the turn in an earlier session, before the connection was lost."""
        if not any(item.item_id == item_id for item in self.history):
            return None
        async with self._database.transaction(self.athlete_id) as db:
            said = await messages.reply_to(db, self.conversation_id, item_id)
        return said.text if said else None

    async def truncate(self, item_id: str, text: str) -> None:
        """Cuts the reply `item_id` to `text`: what was heard of it before the athlete spoke."""
        if (item := self.agent.history.get_by_id(item_id)) is not None and item.type == "message":
            item.content = [text] if text else []
            item.interrupted = True
        said = Said(item_id, "assistant", text, {"interrupted": True})
        async with self._database.transaction(self.athlete_id) as db:
            await messages.store_reply(db, self.athlete_id, self.conversation_id, said)

    async def take_run_points(self, points: Sequence[TrackPoint]) -> tuple[UUID, int]:
        """Keeps points of the run that is on: the run, and how many were new. Raises `VoiceFitError`."""
        return await self.companion.take_points(points)

    def hear_names(self, names: dict[str, None]) -> None:
        """Makes the recogniser expect these exercises, the newest first."""
        self._names = names | {name: None for name in self._names if name not in names}
        if isinstance(self._stt, WhisperSTT):
            self._stt.update_prompt(list(self._names))

    def set_timer(self, ends_at: datetime) -> None:
        """Says so when the rest is over. A new timer takes the place of the old one."""
        self.alarm.set(ends_at)

    async def settled(self) -> None:
        """Waits until what has been said and done is kept."""
        await self.turns.drain()
        await self._keeping.settled()

    async def aclose(self) -> None:
        """Lets turns that have begun be done, keeps what was heard, and closes."""
        try:
            self.alarm.cancel()
            self._opening.cancel()
            self._watchdog.end()
            await self.companion.aclose()
            await self._rehearsing.aclose()
            await self.turns.drain()
            if self._coach is not None:
                await self._coach.prepared.aclose()
            await self.agent.aclose()
            await self.settled()
        finally:
            self._observer.close()

    def _speaks(self) -> bool:
        return self.agent.output.audio is not None and self.agent.output.audio_enabled

    def _hear_guesses(self) -> None:
        if isinstance(self._stt, WhisperSTT):
            self._stt.guessed = self._rehearsing.guess
        else:
            self.on_event(Guesses(self.agent, self._rehearsing.guess).on_event)

    def _prepare(self, text: str) -> None:
        if self._coach is not None:
            self._coach.prepared.begin(text)

    def _on_sound(self, seconds: float) -> None:
        self.turns.first_sound.sounds()
        self._watchdog.sounds(seconds)

    def _on_stuck(self, state: State, outcome: Outcome) -> None:
        self._observer.stuck(state, outcome)
        if outcome == "closed":
            self.turns.abandon()
            self._emit(SessionStuck("", state))

    def _emit(self, event: SessionEvent) -> None:
        if isinstance(event, ToolFinished) and not event.failed:
            self._follow(event.output)
        for listener in self._listeners:
            listener(event)

    def _follow(self, output: dict[str, Any]) -> None:
        if timer := output.get("timer"):
            self.set_timer(datetime.fromisoformat(timer["ends_at"]))
        if output.get("timer_cancelled") or output.get("tool") == "finish_workout":
            self.alarm.cancel()
        if sets := output.get("sets"):
            self.hear_names(dict.fromkeys(one["exercise"] for one in sets))
