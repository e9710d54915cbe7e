"""What turns teach: the corrected ones and the sure ones, as training data without what tells who spoke.

Exported are turns that log, correct, repeat or undo sets, and talk that asks for nothing. What athletes say
of themselves (profile, health, injuries, notes) is left out altogether; names, addresses and telephone
numbers are masked in the rest. Whose turns are for training and whose for testing is decided by athlete:
nobody's way of speaking is in both.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Invalid, NotFound
from db.models import FineTunedModel, FineTunedModelType, User, VoiceCommand
from db.session import Database

EXPORTED = frozenset(
    {
        *("log_set", "correct_set", "repeat_set", "undo_last", "start_workout", "finish_workout"),
        *("start_rest_timer", "swap_exercise", "get_last_performance", "get_personal_records"),
        *("get_todays_workout", "get_workout_summary", "estimate_one_rep_max", "calculate_plates"),
        *("get_exercise_cues", "suggest_exercise_substitution"),
    }
)
FREE_TEXT = frozenset({"notes", "name", "words", "query"})
"""Arguments in which athletes say what they like."""
SURE = 0.9
TEST_SHARE = 0.1

EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
PHONE = re.compile(r"\+\d[\d\s().-]{7,}\d|\(?\b\d{3}\)?[-.]\d{3}[-.]\d{4}\b|\b\d{9,}\b")
"""As telephone numbers are written: "225 8 205 10" is none."""
INTRODUCED = re.compile(
    r"\b(my name is|my name's|my names|call me|i am called|i'm called)\s+([A-Za-z'’-]+(?:\s+[A-Z][\w'’-]+)?)",
    re.IGNORECASE,
)
MASK = "…"


@dataclass(slots=True)
class Exported:
    """How many examples were written, and how many turns were left out."""

    train: int = 0
    test: int = 0
    athletes: int = 0
    left_out: int = 0


def masked(words: str, names: frozenset[str]) -> str:
    """`words` without what tells who speaks: addresses, telephone numbers, and the athlete's own `names`."""
    words = INTRODUCED.sub(lambda found: f"{found[1]} {MASK}", words)
    for pattern in (EMAIL, LINK, PHONE):
        words = pattern.sub(MASK, words)
    for name in sorted(names, key=len, reverse=True):
        words = re.sub(rf"\b{re.escape(name)}\b", MASK, words, flags=re.IGNORECASE)
    return words


def is_for_testing(athlete_id: UUID) -> bool:
    """Whether an athlete's turns are for testing: always the same, whatever else is exported."""
    digest = hashlib.sha256(b"voicefit finetune " + athlete_id.bytes).digest()
    return digest[0] / 256 < TEST_SHARE


def example(
    transcript: str, output: Mapping[str, Any], corrected: Mapping[str, Any] | None, instructions: str
) -> dict[str, Any] | None:
    """One turn in the form that chat models are trained with; None when it is nothing to learn from.

    A correction says what was wrong in the first call: it takes the place of that.
    """
    calls = [dict(call) for call in output.get("calls") or ()]
    if corrected is not None:
        if not calls:
            return None
        first = corrected.get("calls")
        calls = (
            [dict(one) for one in first]
            if isinstance(first, list)
            else [{**calls[0], "args": {**calls[0].get("args", {}), **corrected}}, *calls[1:]]
        )
    if not calls and output.get("kind") != "ignore":
        return None
    if any(call.get("tool") not in EXPORTED or FREE_TEXT & set(call.get("args", {})) for call in calls):
        return None
    answer: dict[str, Any] = {"role": "assistant", "content": "" if calls else "[silent]"}
    if calls:
        answer["tool_calls"] = [
            {"id": f"call_{index}", "type": "function", "function": _function(call)}
            for index, call in enumerate(calls)
        ]
    said = {"role": "user", "content": json.dumps({"athlete": transcript}, ensure_ascii=False)}
    return {"messages": [{"role": "system", "content": instructions}, said, answer]}


def _function(call: Mapping[str, Any]) -> dict[str, str]:
    arguments = json.dumps(call.get("args", {}), sort_keys=True, ensure_ascii=False)
    return {"name": str(call["tool"]), "arguments": arguments}


async def export(database: Database, folder: Path, instructions: str) -> Exported:
    """Writes `train.jsonl` and `test.jsonl` into the existing `folder`, in an order that says nothing."""
    done = Exported()
    with (
        (folder / "train.jsonl").open("w", encoding="utf-8") as train,
        (folder / "test.jsonl").open("w", encoding="utf-8") as test,
    ):
        async for athlete_id, rows, names in _by_athlete(database):
            testing = is_for_testing(athlete_id)
            written = 0
            for row in rows:
                corrected = row.corrected_output if row.was_corrected else None
                words = masked(row.raw_transcript, names)
                one = example(words, row.parsed_output or {}, corrected, instructions)
                if one is None or (row.was_corrected and corrected is None):
                    done.left_out += 1
                    continue
                (test if testing else train).write(json.dumps(one, ensure_ascii=False) + "\n")
                written += 1
            done.athletes += bool(written)
            if testing:
                done.test += written
            else:
                done.train += written
    return done


async def _by_athlete(
    database: Database,
) -> AsyncIterator[tuple[UUID, list[VoiceCommand], frozenset[str]]]:
    """Each athlete with their turns worth learning from, a transaction each."""
    async with database.transaction(None, durable=False) as db:
        athletes = list(await db.scalars(select(User.id).order_by(text("md5(id::text)"))))
    for athlete_id in athletes:
        async with database.transaction(None, durable=False) as db:
            name = await db.scalar(select(User.name).where(User.id == athlete_id))
            rows = list(
                await db.scalars(
                    select(VoiceCommand)
                    .where(
                        VoiceCommand.user_id == athlete_id,
                        VoiceCommand.was_corrected | (VoiceCommand.confidence >= SURE),
                    )
                    .order_by(VoiceCommand.created_at, VoiceCommand.id)
                )
            )
        if rows:
            parts = frozenset(part for part in (name or "").split() if len(part) > 1)
            yield athlete_id, rows, parts | ({name} if name else frozenset())


async def athlete_with(db: AsyncSession, email: str | None) -> UUID | None:
    """The athlete with this email; None for none. Raises `NotFound`."""
    if email is None:
        return None
    found = await db.scalar(select(User.id).where(func.lower(User.email) == email.strip().lower()))
    if found is None:
        raise NotFound(f"Nobody here has the email {email}.")
    return found


async def active_model(db: AsyncSession, athlete_id: UUID, kind: FineTunedModelType) -> str | None:
    """The provider's name of the model that is to be used for an athlete: their own, else everybody's."""
    return await db.scalar(
        select(FineTunedModel.model_id)
        .where(
            FineTunedModel.model_type == kind,
            FineTunedModel.is_active,
            (FineTunedModel.user_id == athlete_id) | FineTunedModel.user_id.is_(None),
        )
        .order_by(FineTunedModel.user_id.is_(None))
        .limit(1)
    )


async def activate(
    db: AsyncSession, model_id: str, kind: FineTunedModelType, base_model: str, athlete_id: UUID | None = None
) -> FineTunedModel:
    """Makes a model the one to be used, for all or for an athlete; the one before it stays, put away.

    Raises `Invalid` when it is known as somebody else's.
    """
    row = await db.scalar(select(FineTunedModel).where(FineTunedModel.model_id == model_id))
    if row is not None and (row.user_id != athlete_id or row.model_type != kind):
        raise Invalid(f"{model_id} is known as another kind of model, or as somebody else's.")
    await deactivate(db, kind, athlete_id)
    if row is None:
        row = FineTunedModel(model_id=model_id, model_type=kind, base_model=base_model, user_id=athlete_id)
        db.add(row)
    row.is_active = True
    await db.flush()
    return row


async def deactivate(db: AsyncSession, kind: FineTunedModelType, athlete_id: UUID | None = None) -> bool:
    """Puts the model away that is used for all, or for an athlete. Whether there was one."""
    whose = FineTunedModel.user_id.is_(None) if athlete_id is None else FineTunedModel.user_id == athlete_id
    row = await db.scalar(
        select(FineTunedModel).where(FineTunedModel.model_type == kind, FineTunedModel.is_active, whose)
    )
    if row is None:
        return False
    row.is_active = False
    await db.flush()
    return True
