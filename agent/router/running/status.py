"""How the run goes: "how far have I gone", "am I on pace", "run status".

With a run on, any short question whose every word is about distance, time or pace is about it.
"""

from __future__ import annotations

from agent.router.context import Clause, Reading
from agent.router.questions.concepts import find
from agent.router.understanding import Call
from agent.router.vocabulary import POLITE, words

STATUS = "router/running/status.txt"
MAX_WORDS = 14
_NAMES = words("run running jog race")
_ELSEWHERE = words("week month year yesterday ever best record pr pb workout session set sets rest")
"""Words of questions about other runs, or about no run."""


def parse(clause: Clause) -> Reading | None:
    """The question how the run goes, or None."""
    said = [word for word in clause.words if word != ","]
    if not said or len(said) > MAX_WORDS or _ELSEWHERE & set(said) or " ".join(said).endswith("time is it"):
        return None
    if clause.state.run is None and not _asks_of_run(said):
        return None
    found = find(said, STATUS)
    names = {one.name for one in found}
    explained = {i for one in found for i in range(one.start, one.end)}
    strange = [word for i, word in enumerate(said) if i not in explained and word not in POLITE]
    if strange or not {"measure", "ask"} <= names:
        return None
    return Reading("calls", "get_run_status", (Call("get_run_status"),), confidence=0.9)


def _asks_of_run(said: list[str]) -> bool:
    """With no run on: "how's my run going", "run status"."""
    return said in (["run", "status"], ["status", "of", "my", "run"]) or (
        bool(_NAMES & set(said)) and said[0] in ("how", "hows") and "going" in said
    )
