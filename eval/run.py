"""Playing evaluation sets: all scenarios, several at once, several times."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from eval.judge import TurnResult, judge_scenario
from eval.measures import Measures, measure
from eval.outcome import Player, TurnOutcome
from eval.scenario import Scenario
from eval.verdicts import Judge, Verdicts

logger = logging.getLogger(__name__)

TURN_TIMEOUT_SECONDS = 60.0
"""Far more than a turn takes: a session that hangs must not hang the run."""


@dataclass(frozen=True, slots=True)
class Run:
    """What was played and what it came to. `results` are in the order of the set, run after run.

    `seed` is what chance followed from; `jobs` were played at once, for `seconds`.
    """

    dataset: str
    router: str
    repeat: int
    scenarios: int
    results: tuple[TurnResult, ...]
    measures: Measures
    seed: int = 0
    jobs: int = 1
    seconds: float = 0.0
    verdicts: Verdicts | None = None

    @property
    def failures(self) -> list[TurnResult]:
        """Turns that are not exact; of unsupported ones only those with a false write."""
        return [r for r in self.results if (r.supported and not r.exact) or r.false_writes]


async def run_scenarios(
    player: Player,
    scenarios: Sequence[Scenario],
    *,
    dataset: str,
    router: str,
    repeat: int = 1,
    jobs: int = 1,
    seed: int = 0,
    judge: Judge | None = None,
    count_unsupported: bool = False,
    on_played: Callable[[], None] = lambda: None,
) -> Run:
    """Plays each scenario `repeat` times, `jobs` at once, and measures.

    A scenario that raises or hangs is recorded as an error of its turns; the run goes on. `on_played` is
    called after each scenario. A `judge` may object to turns that are exact. `count_unsupported` counts turns
    of tools that the player does not have.
    """
    began = time.perf_counter()
    tools = None if count_unsupported else player.tools
    free = asyncio.Semaphore(jobs)

    async def play(scenario: Scenario, run: int) -> list[TurnResult]:
        async with free:
            outcomes = await _outcomes(player, scenario)
        on_played()
        return judge_scenario(scenario, outcomes, run=run, tools=tools)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(play(s, number)) for number in range(repeat) for s in scenarios]
    results = tuple(result for task in tasks for result in task.result())
    verdicts = None
    if judge is not None:
        results, verdicts = await judge.look(results)
    measures = measure(results, repeat=repeat, tools=tools)
    seconds = time.perf_counter() - began
    return Run(dataset, router, repeat, len(scenarios), results, measures, seed, jobs, seconds, verdicts)


async def _outcomes(player: Player, scenario: Scenario) -> list[TurnOutcome]:
    limit = TURN_TIMEOUT_SECONDS * len(scenario.turns)
    try:
        async with asyncio.timeout(limit):
            return await player.play(scenario)
    except TimeoutError:
        error = f"no end within {limit:.0f} s"
    except Exception as exception:
        logger.debug("scenario %s broke", scenario.id, exc_info=True)
        error = f"{type(exception).__name__}: {exception}"
    return [TurnOutcome(error=error)] * len(scenario.turns)
