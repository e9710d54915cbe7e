"""Input from outside as Pydantic models: strict, each field checked with the rules of the services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from core.errors import Invalid, VoiceFitError

T = TypeVar("T")

MAX_TEXT_LENGTH = 10_000


class Input(BaseModel):
    """Base of bodies: unknown fields are refused, and so is a value of another type ("8" is no number)."""

    # With a limit Pydantic also refuses half characters (lone surrogates), which no database takes.
    model_config = ConfigDict(
        extra="forbid", strict=True, allow_inf_nan=False, str_max_length=MAX_TEXT_LENGTH
    )


def by_rule(rule: Callable[[T], T]) -> AfterValidator:
    """Checks a field with `rule`, which returns the value to use or raises `VoiceFitError`."""

    def check(value: T) -> T:
        try:
            return rule(value)
        except VoiceFitError as error:
            raise PydanticCustomError("rule", "{reason}", {"reason": str(error)}) from error

    return AfterValidator(check)


class InvalidText(Invalid):
    """A text that cannot be shown in one line."""


def one_line(text: str) -> str:
    """`text` without the spaces around it. Raises `InvalidText` if it is empty or has control characters."""
    text = text.strip()
    if not text:
        raise InvalidText("This is empty. Leave the field out, or set it to null.")
    if not text.isprintable():
        raise InvalidText("This has characters that cannot be shown in one line. Leave them out.")
    return text


def not_given() -> Any:
    """The default of a field that may be left out of a change and may not be null:
    `unit: WeightUnit = Field(default_factory=not_given)`. Look at `model_fields_set`."""
    return None
