"""A language model that looks at turns that are exact, and may object. It never makes a wrong turn right."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from openai import AsyncOpenAI, OpenAIError

from core.errors import NotConfigured
from core.settings import Settings
from eval.judge import TurnResult

AT_ONCE = 4
ANSWER_SECONDS = 30.0
ASKED = """\
You check the replies of a voice assistant for strength training. You are given what an athlete said, what
the assistant did (tool calls with their arguments) and what it answered. Object only if the answer
contradicts what was done, states something that follows from neither, could lead the athlete into harm, or
does not answer what was asked. Shortness is no fault.
Answer with JSON alone: {"object": true or false, "why": "one short sentence"}."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the judge came to: turns it was asked about, objected to, and could not be asked about."""

    model: str
    asked: int
    vetoed: int
    failed: int


class Judge:
    """A model of the service in `settings` (XAI_API_KEY). Raises `NotConfigured` when there is none."""

    def __init__(self, model: str, settings: Settings) -> None:
        if not settings.xai_api_key:
            raise NotConfigured("--judge needs a language model: set XAI_API_KEY (and XAI_BASE_URL).")
        self._client = AsyncOpenAI(
            api_key=settings.xai_api_key, base_url=settings.xai_base_url, timeout=ANSWER_SECONDS
        )
        self._model = model

    async def look(self, results: Sequence[TurnResult]) -> tuple[tuple[TurnResult, ...], Verdicts]:
        """The results, exact ones with what the judge objects to among their reasons; and a summary.

        Only exact turns with a reply are shown to it. One that it cannot be asked about stays as it is.
        """
        free = asyncio.Semaphore(AT_ONCE)

        async def asked(result: TurnResult) -> str | None:
            async with free:
                return await self._objection(result)

        shown = [i for i, one in enumerate(results) if one.exact and one.supported and one.outcome.reply]
        answers = await asyncio.gather(*(asked(results[i]) for i in shown), return_exceptions=True)
        looked = list(results)
        vetoed = failed = 0
        for place, answer in zip(shown, answers, strict=True):
            if isinstance(answer, str):
                vetoed += 1
                looked[place] = replace(results[place], reasons=(f"the judge objects: {answer}",))
            elif isinstance(answer, (OpenAIError, ValueError, KeyError, TypeError)):
                failed += 1
            elif answer is not None:
                raise answer
        await self._client.close()
        return tuple(looked), Verdicts(self._model, len(shown), vetoed, failed)

    async def _objection(self, result: TurnResult) -> str | None:
        done = [
            {"tool": c.tool, "arguments": dict(c.args), "done": not c.failed} for c in result.outcome.calls
        ]
        turn = {"said": result.turn.say, "calls": done, "answer": result.outcome.reply}
        answer = await self._client.chat.completions.create(
            model=self._model,
            messages=[
                {"role": "system", "content": ASKED},
                {"role": "user", "content": json.dumps(turn, ensure_ascii=False, default=str)},
            ],
            temperature=0,
            response_format={"type": "json_object"},
        )
        said = json.loads(answer.choices[0].message.content or "")
        return str(said.get("why") or "no reason given") if said["object"] is True else None
