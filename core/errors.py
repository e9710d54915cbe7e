"""Errors that people meet: each says what happened and what to do."""

from __future__ import annotations


class VoiceFitError(Exception):
    """Base of the errors whose message is fit to be shown to a person."""


class NotConfigured(VoiceFitError):
    """Something that was asked for needs a setting, a package or a file that is not there."""


class ModelDamaged(VoiceFitError):
    """A model's file is missing or is not the one that was pinned."""


class DatabaseUnavailable(VoiceFitError):
    """The database could not be started or reached."""
