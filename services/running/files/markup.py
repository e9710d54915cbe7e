"""XML of strangers, read as a stream: no document types, no entities, nothing from elsewhere."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from services.transfer.errors import FileRefused

MAX_DEPTH = 64
MAX_ELEMENTS = 3_000_000
MAX_KEPT = 20_000
"""How many elements may wait for the end of the one that they are read with."""


@dataclass(slots=True)
class _Open:
    """An element that has begun, and how many there are in it, itself included."""

    element: Element
    kept: int = 1


def elements(content: bytes, *, wanted: frozenset[str]) -> Iterator[Element]:
    """The root as soon as it begins, then the elements whose name is among `wanted`, each when it is
    complete and before it is dropped, so that those that it is in are without it.

    Raises `FileRefused` for what is not well-formed, is nested too deep, or has a document type.
    """
    path: list[_Open] = []
    seen = inside = 0
    try:
        for event, element in iterparse(io.BytesIO(_from_start(content)), ("start", "end"), forbid_dtd=True):
            is_wanted = local(element) in wanted
            if event == "start":
                seen += 1
                inside += is_wanted
                path.append(_Open(element))
                if len(path) > MAX_DEPTH or seen > MAX_ELEMENTS:
                    raise FileRefused("The XML is nested too deep, or has too much in it, to be a recording.")
                if len(path) == 1:
                    yield element
                continue
            kept = path.pop().kept
            inside -= is_wanted
            if not path:
                continue
            if is_wanted:
                yield element
            if is_wanted or not inside:
                path[-1].element.remove(element)
                continue
            path[-1].kept += kept
            if path[-1].kept > MAX_KEPT:
                raise FileRefused("The XML has too much in one place to be a recording.")
    except DefusedXmlException:
        raise FileRefused(
            "The XML has a document type or entities in it, which no recording needs."
        ) from None
    except (ParseError, LookupError, ValueError) as error:
        raise FileRefused(f"The XML is damaged or cut off: {error}.") from None


def _from_start(content: bytes) -> bytes:
    """`content` without what some writers leave before the declaration, and no parser takes."""
    bare = content.removeprefix(codecs.BOM_UTF8)
    return bare.lstrip() if bare[:1].isspace() else content.lstrip()


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return _local(element.tag)


@lru_cache(maxsize=1024)
def _local(tag: Any) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: Element, *names: str) -> Element | None:
    """The first element along the path `names` below `element`."""
    found: Element | None = element
    for name in names:
        found = next((one for one in found if local(one) == name), None) if found is not None else None
    return found


def text(element: Element, *names: str) -> str | None:
    """The text at the path `names`, or None for none."""
    found = child(element, *names)
    return (found.text or "").strip() or None if found is not None else None


def number(said: str | None) -> float:
    """A number, or NaN for what is none."""
    try:
        return float(said) if said else float("nan")
    except ValueError:
        return float("nan")


def seconds(said: str | None) -> float:
    """A moment in seconds since 1970, or NaN for what is none. Without a zone it is UTC, as GPX and TCX
    define it."""
    try:
        at = datetime.fromisoformat((said or "").upper())
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return float("nan")
