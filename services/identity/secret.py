"""The key that signs tokens: from the settings, or made once and kept in a file."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from core.errors import NotConfigured
from core.settings import Settings

MIN_SECRET_BYTES = 32
"""HMAC keys are at least as long as the hash's output (RFC 7518, section 3.2)."""


def signing_secret(settings: Settings) -> bytes:
    """The key that signs tokens: `settings.secret`, or the one kept in `settings.home/secret`.

    Raises `NotConfigured` when the key is too short, or its file cannot be read or made.
    """
    if settings.secret is not None:
        secret, source = settings.secret.encode(), "VOICEFIT_SECRET"
    else:
        path = settings.home / "secret"
        secret, source = _kept_secret(path), str(path)
    if len(secret) < MIN_SECRET_BYTES:
        raise NotConfigured(
            f"The secret in {source} is shorter than {MIN_SECRET_BYTES} bytes. "
            "Make one with `openssl rand -hex 32`, or remove it to have one made."
        )
    return secret


def _kept_secret(path: Path) -> bytes:
    try:
        if not path.exists():
            _make_secret(path)
        return path.read_bytes().strip()
    except OSError as error:
        raise NotConfigured(
            f"The signing secret {path} cannot be read or made ({error.strerror}). "
            "Make its folder writable, or set VOICEFIT_SECRET."
        ) from error


def _make_secret(path: Path) -> None:
    """Writes a new secret at `path` unless another process is faster.

    A hard link appears at once with its whole content and fails if the name is taken, so nobody ever reads
    half a secret and all processes agree on one.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=".secret-", dir=path.parent)  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(MIN_SECRET_BYTES))
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()
