"""The chat's door: questions in writing over HTTP, in the same conversation as the voice.

It needs no ears and no voice, so there is no session of livekit-agents behind it: only the turns. A
conversation is kept in mind for a while, so that "yes" answers what was asked a moment ago.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agent.brain import Brain
from agent.memory import KEPT_AS, kept
from agent.turn import Turn
from agent.turns import Turns
from prompts import phrase
from services import coach, conversations, messages
from services.coach import DONT_KNOW, Answered, Part, Question, Source, TooFast, kept_with
from services.messages import Said

MAX_CHATS = 500
KNOWLEDGE = "search_knowledge"
RETRY_SECONDS = 5


@dataclass(slots=True)
class Chat:
    """A conversation that is kept in mind, as of when it was `last_used`."""

    turns: Turns
    last_used: datetime


class ChatDoor:
    """Answers questions of any athlete."""

    def __init__(self, brain: Brain) -> None:
        self._brain = brain
        self._chats: OrderedDict[UUID, Chat] = OrderedDict()

    async def ask(self, athlete_id: UUID, question: Question) -> AsyncGenerator[Part | Answered]:
        """The answer in parts, then whole: see `services.coach.Coach`."""
        database = self._brain.database
        # One at a time: the first question sent twice at once must not begin two conversations.
        async with database.transaction(athlete_id, alone=True) as db:
            where = await conversations.lately(db, athlete_id, question.conversation_id, question.item_id)
            row = await conversations.get_conversation(db, athlete_id, where)
            last_used = row.updated_at
            earlier = await messages.reply_to(db, where, question.item_id)
        if earlier is not None:  # it was asked and answered before
            sources = tuple(Source(**one) for one in earlier.metadata.get("sources", ()))
            yield Part(earlier.text)
            yield Answered(earlier.text, sources, where)
            return
        turns = await self._turns(athlete_id, where, last_used)
        turn = turns.begin(question.item_id, question.text)
        if turn.refused:
            raise TooFast(RETRY_SECONDS)
        parts: list[str] = []
        sources = ()
        await turn.understood.wait()
        if turn.handed_over:
            async for sentence in turn.sentences():
                if sentence != phrase("not_understood"):
                    parts.append(sentence)
                    yield Part(sentence if len(parts) == 1 else f" {sentence}")
        await turn.done.wait()
        turn.spoken = True
        sources = sources_of(turn)
        if not parts:
            said, sources = await self._written(turn)
            parts.append(said)
            yield Part(said)
        answered = Answered(" ".join(parts), sources, where)
        if not turn.unsaved:  # otherwise it may be asked again
            await self._keep(athlete_id, question, turn, answered)
        await turns.drain()
        yield answered

    async def _turns(self, athlete_id: UUID, where: UUID, last_used: datetime) -> Turns:
        """The conversation as it was left, unless it went on somewhere else since then."""
        chat = self._chats.get(where)
        if chat is None or (chat.last_used != last_used and not chat.turns.are_left):
            anew = Chat(await self._brain.turns(athlete_id, where), last_used)
            other = self._chats.get(where)  # of another question, which was faster
            chat = anew if other is None or other is chat else other
        self._chats[where] = chat
        self._chats.move_to_end(where)
        while len(self._chats) > MAX_CHATS:
            self._chats.popitem(last=False)
        return chat.turns

    async def _written(self, turn: Turn) -> tuple[str, tuple[Source, ...]]:
        """The reply to read: knowledge at full length; what was not understood may be a question of it."""
        if [one.tool for one in turn.results] == [KNOWLEDGE] and (found := turn.results[0].sources):
            return found[0].content, sources_of(turn)
        if turn.reply and turn.reply != phrase("not_understood"):
            return turn.reply, sources_of(turn)
        answer = await coach.answer(self._brain.search, turn.text)
        if not answer.known:
            return DONT_KNOW, ()
        return answer.text, tuple(Source.of(chunk) for chunk in answer.sources)

    async def _keep(self, athlete_id: UUID, question: Question, turn: Turn, answered: Answered) -> None:
        metadata = {"reply_to": turn.item_id, **turn.metadata, **kept_with(answered.sources)}
        if turn.memory is not None:
            metadata[KEPT_AS] = kept(turn.memory)
        said = Said(f"{turn.item_id}_answer", "assistant", answered.answer, metadata)
        async with self._brain.database.transaction(athlete_id) as db:
            await messages.store_reply(db, athlete_id, answered.conversation_id, said)
            await conversations.give_title(db, answered.conversation_id, question.text)
            row = await conversations.get_conversation(db, athlete_id, answered.conversation_id)
            if (chat := self._chats.get(answered.conversation_id)) is not None:
                chat.last_used = row.updated_at


def sources_of(turn: Turn) -> tuple[Source, ...]:
    """The chunks that the answer to `turn` rests on, each once."""
    found = [Source(one.chunk_id, one.title, one.source) for result in turn.results for one in result.sources]
    found += [Source(**one) for one in turn.sources]
    return tuple(dict.fromkeys(found))
