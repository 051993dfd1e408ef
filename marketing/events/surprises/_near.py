"""Which known name a new one was probably meant to be."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from marketing.events.standard import LABELS

_BREAKS = re.compile(r"[\s_\-.]+")
_DIGITS = re.compile(r"\d+")
# Shorter names differ in so few letters and mean different things.
_SHORTEST, _LONG = 8, 12


def nearest(name: str, known: Iterable[str]) -> str | None:
    """A known or standard name that is the same but for case and spaces, or one or two letters."""
    names = [each for each in dict.fromkeys([*LABELS, *known]) if each != name]
    if name in LABELS:
        return None
    own = _folded(name)
    same = [each for each in names if _folded(each) == own]
    if same:
        return same[0]
    most = 0 if len(own) < _SHORTEST else 1 if len(own) < _LONG else 2
    return next((each for each in names if most and _is_slip(own, _folded(each), most)), None)


@lru_cache(maxsize=4_096)
def _folded(name: str) -> str:
    return _BREAKS.sub("", name).casefold()


def _is_slip(one: str, other: str, most: int) -> bool:
    """Numbered names (step 1, step 2) are no slips of each other."""
    if abs(len(one) - len(other)) > most or _DIGITS.sub("", one) == _DIGITS.sub("", other):
        return False
    return edits(one, other, most) <= most


def edits(one: str, other: str, most: int) -> int:
    """How many letters to insert, delete or replace (Levenshtein); above ``most`` it gives up."""
    before = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i] + [most + 1] * len(other)
        # Beyond this band the distance is above ``most`` anyway.
        for j in range(max(1, i - most), min(len(other), i + most) + 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other[j - 1]))
        if min(row) > most:
            return most + 1
        before = row
    return before[-1]
