"""`voicefit eval open-mic`, `pauses`, `barge-in` and `echo`: sound in a gym, in real time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeVar

import typer

from cli.eval import EXIT_BAD_INPUT, EXIT_BELOW_MINIMUM
from cli.storm import eval_app
from core.errors import VoiceFitError
from core.settings import settings

if TYPE_CHECKING:
    from eval.sound.open_mic import OpenMic
    from eval.sound.stream import House
    from eval.voices import Studio

__all__ = ["eval_app"]


class Found(Protocol):
    """What a measurement found."""

    def lines(self) -> list[str]:
        """For people."""


Measured = TypeVar("Measured", bound=Found)
Result = TypeVar("Result")
Measure = Callable[["House", "Studio"], Coroutine[Any, Any, Measured]]


@eval_app.command("open-mic")
def open_mic(
    minutes: Annotated[float, typer.Option(min=0.1, help="How long to listen.")] = 2.0,
    seed: Annotated[int, typer.Option(help="What is heard follows from it.")] = 0,
    gate: Annotated[str | None, typer.Option(help="Exit 1 when less is reached than this gate asks.")] = None,
) -> None:
    """Talk, counting, songs and iron on an open microphone: what is answered, what is missed?"""
    from eval.gates import gate as gate_of
    from eval.sound import open_mic as measuring
    from eval.sound.gym_floor import pieces

    async def measure(house: House, studio: Studio) -> OpenMic:
        return await measuring.measure(house, list(pieces(studio, minutes * 60, seed)))

    found = _measured(measure)
    if gate is not None and (faults := found.below(_checked(lambda: gate_of(gate)))):
        for fault in faults:
            typer.echo(fault, err=True)
        raise typer.Exit(EXIT_BELOW_MINIMUM)


@eval_app.command()
def pauses() -> None:
    """Sentences with a pause where they cannot end, and what waiting costs the others."""
    from eval.sound.pauses import measure

    _measured(measure)


@eval_app.command("barge-in")
def barge_in(repeat: Annotated[int, typer.Option(min=1, help="How often.")] = 1) -> None:
    """How soon the voice stops when it is spoken over, and what does not stop it."""
    from eval.sound import barge_in as measuring

    _measured(lambda house, studio: measuring.measure(house, studio, repeat))


@eval_app.command()
def echo() -> None:
    """The voice coming back through a room, with and without VOICEFIT_ECHO_CANCELLATION."""
    from eval.sound.echo import measure

    for setting in ("off", "webrtc"):
        typer.echo(f"VOICEFIT_ECHO_CANCELLATION={setting}")
        _measured(measure, {"VOICEFIT_ECHO_CANCELLATION": setting})


def _measured(measure: Measure[Measured], environment: Mapping[str, str] | None = None) -> Measured:
    """Measures on a server of its own and prints what was found."""
    from eval.sound.measuring import stage

    async def run() -> Measured:
        async with stage(settings(), environment or {}) as (house, studio):
            return await measure(house, studio)

    found = _checked(lambda: asyncio.run(run()))
    for line in found.lines():
        typer.echo(line)
    return found


def _checked(work: Callable[[], Result]) -> Result:
    try:
        return work()
    except VoiceFitError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_BAD_INPUT) from None
