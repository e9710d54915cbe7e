"""XML of strangers, read as a stream: no document types, no entities, nothing from elsewhere."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from services.transfer.errors import FileRefused

MAX_DEPTH = 64


def elements(content: bytes, *, wanted: frozenset[str]) -> Iterator[Element]:
    """The root as soon as it begins, then the elements whose name is among `wanted`, each when it is
    complete. What is in none of these is dropped.

    Raises `FileRefused` for what is not well-formed, is nested too deep, or has a document type.
    """
    inside = depth = 0
    path: list[Element] = []
    try:
        for event, element in iterparse(io.BytesIO(content.lstrip()), ("start", "end"), forbid_dtd=True):
            is_wanted = local(element) in wanted
            if event == "start":
                depth += 1
                inside += is_wanted
                path.append(element)
                if depth > MAX_DEPTH:
                    raise FileRefused("The XML is nested too deep to be a recording.")
                if depth == 1:
                    yield element
                continue
            depth -= 1
            path.pop()
            inside -= is_wanted
            if is_wanted and depth:
                yield element
            if not inside and path:
                path[-1].remove(element)
    except DefusedXmlException:
        raise FileRefused(
            "The XML has a document type or entities in it, which no recording needs."
        ) from None
    except (ParseError, LookupError, ValueError) as error:
        raise FileRefused(f"The XML is damaged or cut off: {error}.") from None


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    tag: Any = element.tag
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
        at = datetime.fromisoformat(said or "")
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return float("nan")
