"""What a cached value is filed under: what it is, whose, of which version, and what was asked."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from uuid import UUID

from pydantic import JsonValue

SPACE = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class Key:
    """A cached value's key. `athlete_id` is None for what is everybody's."""

    text: str
    athlete_id: UUID | None


def cache_key(space: str, athlete_id: UUID | None, *asked: JsonValue, version: str) -> Key:
    """The key of the answer to `asked`, in the `space` of one kind of answers (`exercise_search`).

    `athlete_id` has to be given: None says that the answer is the same for everybody. `version` is a hash of
    what the answer is made from: when that changes, old answers are not found any more. Nothing that was
    asked can be read from the key.
    """
    if not SPACE.fullmatch(space):
        raise ValueError(f"{space!r} is no name of a space: lower case letters, digits and underscores")
    whose = "shared" if athlete_id is None else str(athlete_id)
    # JSON, so that ("a", "b") is not ("ab").
    content = json.dumps([version, *asked], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.blake2b(content.encode(errors="surrogatepass"), digest_size=20).hexdigest()
    return Key(f"{space}:{whose}:{digest}", athlete_id)


def content_version(*content: JsonValue | bytes) -> str:
    """A version that changes whenever `content` does."""
    digest = hashlib.blake2b(digest_size=12)
    for one in content:
        part = one if isinstance(one, bytes) else json.dumps(one, sort_keys=True).encode()
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
