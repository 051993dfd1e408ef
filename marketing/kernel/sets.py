"""Sets as texts: a list that a host said is kept as its sorted JSON."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import msgspec


def as_text(values: Iterable[object]) -> str:
    """The canonical text of a set of texts, numbers and flags."""
    return msgspec.json.encode(sorted({_plain(value) for value in values})).decode()


@lru_cache(maxsize=20_000)
def members(text: str) -> frozenset[str]:
    """What a set's text holds; any other text is a set of itself."""
    if not text.startswith("["):
        return frozenset({text})
    try:
        return frozenset(msgspec.json.decode(text, type=list[str]))
    except msgspec.DecodeError:
        return frozenset({text})


def _plain(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
