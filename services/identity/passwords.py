"""Passwords: what will do as one, and their argon2id hashes (RFC 9106), made off the event loop."""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.identity.errors import InvalidPassword

MIN_PASSWORD_LENGTH, MAX_PASSWORD_LENGTH = 8, 256
"""Characters. Length alone is asked for (NIST SP 800-63B, section 5.1.1.2)."""

MEMORY_KIB, PASSES, LANES = 19 * 1024, 2, 1
"""The least that OWASP's Password Storage Cheat Sheet asks of argon2id; about 25 ms of one core."""

SALT_BYTES, HASH_BYTES = 16, 32
WORKERS = 2
"""Hashes made at once: a wave of sign-ins waits rather than take memory and cores from conversations."""


def normalized(password: str) -> str:
    """`password` in Unicode's NFKC form, so that it does not matter which keyboard typed it."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str) -> str:
    """`password` itself if it will do. Raises `InvalidPassword`."""
    length = len(normalized(password[: MAX_PASSWORD_LENGTH + 1]))
    if not MIN_PASSWORD_LENGTH <= length <= MAX_PASSWORD_LENGTH:
        wrong = "short" if length < MIN_PASSWORD_LENGTH else "long"
        raise InvalidPassword(
            f"This password is too {wrong}: it takes {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} "
            "characters. A few words that you remember will do."
        )
    return password


class Passwords:
    """Makes and checks hashes in a few threads of its own."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(
            time_cost=PASSES,
            memory_cost=MEMORY_KIB,
            parallelism=LANES,
            hash_len=HASH_BYTES,
            salt_len=SALT_BYTES,
        )
        self._nobodys = _hash_of_nothing()
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="argon2")

    async def hash(self, password: str) -> str:
        """The hash of `password`, with its parameters and a new salt."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, self._hasher.hash, normalized(password)
        )

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether `password` has this hash. Without a hash it takes as long, and the answer is no."""
        matches = await asyncio.get_running_loop().run_in_executor(
            self._threads, self._matches, password_hash or self._nobodys, normalized(password)
        )
        return matches and password_hash is not None

    def is_outdated(self, password_hash: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def _hash_of_nothing() -> str:
    """A hash that is well formed and that no password has."""
    salt, digest = (
        b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (SALT_BYTES, HASH_BYTES)
    )
    return f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${digest}"
