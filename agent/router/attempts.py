"""What was tried for and what came of it: "was going for eight but only got six" is a set of six."""

from __future__ import annotations

from collections.abc import Sequence

from agent.router.cursor import Item

_OUTCOMES = frozenset({"did", "only", "fell_short"})


def outcomes(items: Sequence[Item]) -> list[Item]:
    """The items with the outcome of every attempt marked as the correction of what was tried for.

    An attempt without an outcome stays a word, so that a wish is never read as a set.
    """
    out = list(items)
    tried = next((i for i, x in enumerate(out) if _is_attempt(x)), None)
    if tried is None:
        return [_plain(x) for x in out]
    value = next((i for i in range(tried, len(out)) if out[i].tag in ("slot", "bare")), len(out))
    outcome = next((i for i in range(value, len(out)) if _token_tag(out[i]) in _OUTCOMES), None)
    if outcome is None:
        return [x if x.name == "attempt" else _plain(x) for x in out]
    out[tried] = Item("link")
    out[outcome] = Item("word", "no", token=out[outcome].token)
    return [_plain(x) for x in out]


def without_pauses(items: Sequence[Item]) -> list[Item]:
    """The items without the pause between a first number and its link: "eight, at one fifty five"."""
    out: list[Item] = []
    values = 0
    for i, item in enumerate(items):
        following = items[i + 1] if i + 1 < len(items) else None
        pause = item.tag == "break" and item.name == "comma"
        if pause and values == 1 and following is not None and following.name in ("at", "with", "by", "for"):
            continue
        if item.tag == "bare" or (item.tag == "slot" and item.name != "exercise"):
            values += 1
        elif item.tag == "break" and item.name != "comma":
            values = 0
        out.append(item)
    return out


def _is_attempt(item: Item) -> bool:
    if item.tag == "word" and item.name == "attempt":
        return True
    return _token_tag(item) == "did" and item.token is not None and item.token.text.endswith("went for")


def _token_tag(item: Item) -> str:
    return item.token.tag if item.token is not None and item.tag in ("link", "word") else ""


def _plain(item: Item) -> Item:
    """ "but only got" without an attempt before it reports like "got"."""
    return Item("link", "did", token=item.token) if item.name == "fell_short" else item
