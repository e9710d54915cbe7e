"""What all conversations of a process share, and opening one."""

from __future__ import annotations

from uuid import UUID

from agent.events import SessionEvent
from agent.grok import Grok, open_grok
from agent.memory import beginning_of
from agent.observing import Observer
from agent.router import Router
from agent.session import VoiceSession
from agent.speech import Speech
from agent.turns import Turns
from agent.wiring import Wiring
from core.measures import Measures
from core.settings import Settings
from core.tracing import Tracing
from db.session import Database
from search import Search, open_search
from services import conversations, ledger, messages
from services.exercises.catalogue import packaged_catalogue
from services.ratelimit import RateLimiter
from services.workouts import current_workout
from tools import TOOLS


class Brain:
    """What all conversations of a process share."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        speech: Speech | None,
        limiter: RateLimiter | None = None,
        search: Search | None = None,
        grok: Grok | None = None,
        *,
        model_first: bool = False,
        measures: Measures | None = None,
        tracing: Tracing | None = None,
    ) -> None:
        """With `speech` None only typed turns are possible; without a `limiter` they come as they like.
        Without a `search` knowledge is looked up, and without a `grok` a language model is asked, as the
        settings say. `model_first` asks it also what the grammar understands. What turns do is counted in
        `measures` and traced by `tracing`."""
        self.database = database
        self.settings = settings
        self.speech = speech
        catalogue = packaged_catalogue()
        self.search = search or open_search(settings, database)
        self.wiring = Wiring(
            database,
            Router(catalogue, TOOLS),
            limiter,
            self.search,
            grok or open_grok(settings, database),
            model_first,
            measures=measures or Measures(),
            tracing=tracing,
        )

    async def aclose(self) -> None:
        """Closes the connections to the language model."""
        if self.wiring.grok is not None:
            await self.wiring.grok.aclose()

    async def open(
        self, athlete_id: UUID, conversation_id: UUID | None = None, door: str = "text"
    ) -> VoiceSession:
        """A conversation with an athlete who comes in by `door`: a new one, or one to go on with.

        Raises `UnknownConversation`.
        """
        async with self.database.transaction(athlete_id) as db:
            opened = await conversations.open_conversation(db, athlete_id, conversation_id)
            history = await messages.history(db, opened) if conversation_id else []
            workout = await current_workout(db, athlete_id)
            beginning = await beginning_of(db, athlete_id, opened, history)
            timer = await ledger.running_timer(db, athlete_id)
        if self.speech is not None:
            self.search.warm()
        session = VoiceSession(
            self.wiring, self.speech, self.settings, athlete_id, opened, history, beginning, door
        )
        if workout is not None:
            session.hear_names(dict.fromkeys(workout.exercise_names))
        if timer is not None:
            session.set_timer(timer)
        return session

    async def turns(self, athlete_id: UUID, conversation_id: UUID) -> Turns:
        """The turns of a conversation that is gone on with in writing, without ears or voice.

        Raises `UnknownConversation`.
        """
        async with self.database.transaction(athlete_id) as db:
            opened = await conversations.open_conversation(db, athlete_id, conversation_id)
            history = await messages.history(db, opened)
            beginning = await beginning_of(db, athlete_id, opened, history)
        wiring = self.wiring
        observer = Observer(wiring.measures, wiring.tracing, "chat", opened, speaks=False)
        return Turns(wiring, athlete_id, opened, _unheard, beginning, observer)


def _unheard(_: SessionEvent) -> None:
    """Nobody draws what is done in writing: the answer says it."""
