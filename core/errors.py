"""Errors that people meet: each says what happened and what to do."""

from __future__ import annotations

from typing import Literal


class VoiceFitError(Exception):
    """Base of the errors whose message is fit to be shown to a person."""


class NotConfigured(VoiceFitError):
    """Something that was asked for needs a setting, a package or a file that is not there."""


class ModelDamaged(VoiceFitError):
    """A model's file is missing or is not the one that was pinned."""


class DatabaseUnavailable(VoiceFitError):
    """The database could not be started or reached."""


class NotFound(VoiceFitError):
    """What was asked for does not exist, or belongs to somebody else: the two cannot be told apart."""


class Conflict(VoiceFitError):
    """It cannot be done as things are now."""


class Invalid(VoiceFitError):
    """A value cannot be used. `field` names it, where it is known, and `place` says where it came in."""

    def __init__(
        self, message: str, field: str | None = None, place: Literal["body", "query"] = "body"
    ) -> None:
        super().__init__(message)
        self.field = field
        self.place = place
