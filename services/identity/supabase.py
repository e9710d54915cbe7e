"""Accounts that Supabase keeps: its access tokens are checked here, nothing is asked of it but its keys.

Tokens are signed with the project's ES256 or RS256 key, which is found in its key set (JWKS, RFC 7517), or
with the older shared secret (HS256). https://supabase.com/docs/guides/auth/jwts
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

import httpx
import jwt

from core.errors import NotConfigured
from core.settings import Settings
from services.identity.errors import SignInUnavailable
from services.identity.tokens import SignedIn, checked, not_valid, unverified

logger = logging.getLogger(__name__)

SHARED_SECRET = "HS256"
KEY_PAIRS = frozenset({"ES256", "RS256"})
FETCH_SECONDS = 5.0
FRESH_SECONDS = 600.0
"""Supabase's own edge keeps the key set for ten minutes."""

RETRY_SECONDS = 15.0
"""How soon the key set is fetched again for a key that was not in it, or after a failure."""


class KeySet:
    """The keys at `address`, fetched when first needed and kept. One fetch at a time, however many ask."""

    def __init__(self, address: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._address = address
        self._clock = clock
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._lock = asyncio.Lock()

    async def key(self, key_id: str | None) -> jwt.PyJWK | None:
        """The key with this id, None when there is none. Raises `SignInUnavailable` if no keys can be had.

        A new id means that the keys were changed: then they are fetched at once, but not for every token that
        somebody makes up. Keys that are known go on being good while the address does not answer.
        """
        if self._is_stale(key_id) and not (key_id in self._keys and self._lock.locked()):
            async with self._lock:
                if self._is_stale(key_id):
                    await self._fetch()
                    self._tried_at = self._clock()
        if not self._keys:
            raise SignInUnavailable(
                "Supabase does not answer, so nobody can be signed in. Try again in a moment."
            )
        return self._keys.get(key_id)

    def _is_stale(self, key_id: str | None) -> bool:
        now = self._clock()
        wanted = key_id not in self._keys or now - self._fetched_at > FRESH_SECONDS
        return wanted and now - self._tried_at > RETRY_SECONDS

    async def _fetch(self) -> None:
        try:
            async with httpx.AsyncClient(timeout=FETCH_SECONDS) as client:
                response = await client.get(self._address)
            response.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(response.json())
        except (httpx.HTTPError, jwt.PyJWTError, ValueError, TypeError, AttributeError) as error:
            logger.warning(
                "the keys at %s cannot be fetched: %s", self._address, error or type(error).__name__
            )
            return
        self._keys = {key.key_id: key for key in keys if key.public_key_use in (None, "sig")}
        self._fetched_at = self._clock()


class Supabase:
    """Checks the access tokens of one Supabase project."""

    def __init__(self, url: str, secret: str | None = None) -> None:
        self.address = f"{url.rstrip('/')}/auth/v1"
        self._secret = secret
        self._keys = KeySet(f"{self.address}/.well-known/jwks.json")

    async def verify(self, token: str) -> SignedIn:
        """What `token` says. Raises `NotSignedIn` unless it is the project's, and `SignInUnavailable`."""
        header, _ = unverified(token)
        algorithm = header.get("alg")
        # The kind of key follows from the algorithm and never the other way round: a public key must not be
        # taken for a shared secret.
        if not isinstance(algorithm, str):
            raise not_valid()
        if algorithm == SHARED_SECRET and self._secret is not None:
            return checked(token, self._secret, SHARED_SECRET, self.address)
        if algorithm in KEY_PAIRS:
            key = await self._keys.key(header.get("kid"))
            if key is not None and key.algorithm_name == algorithm:
                return checked(token, key.key, algorithm, self.address)
        raise not_valid()


def supabase(settings: Settings) -> Supabase | None:
    """The project in `settings`, if there is one. Raises `NotConfigured` for a secret without its project."""
    if settings.supabase_url:
        return Supabase(settings.supabase_url, settings.supabase_jwt_secret or None)
    if settings.supabase_jwt_secret:
        raise NotConfigured(
            "SUPABASE_JWT_SECRET is set and SUPABASE_URL is not. Set both, or neither for built-in accounts."
        )
    return None
