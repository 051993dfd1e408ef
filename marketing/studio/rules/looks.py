"""What an attribute's texts look like, so that a date is not offered where there are cities."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from marketing.kernel.dates import day_of
from marketing.kernel.sets import members
from marketing.kernel.versions import numbers

# Of the commonest values; fewer are chance.
_ENOUGH = 0.1
_PLACE = re.compile(r"\w[^-/>·]*([-/>·]\s*\w[^-/>·]*){1,5}")


def _is_version(text: str) -> bool:
    """A whole number alone is as likely an age."""
    return "." in text and numbers(text) is not None


def _is_place(text: str) -> bool:
    """A place within another: parts from the large to the small."""
    return day_of(text) is None and numbers(text) is None and bool(_PLACE.fullmatch(text))


# By the names of ``Operator.reads``.
LOOKS: dict[str, Callable[[str], bool]] = {
    "date": lambda text: day_of(text) is not None,
    "version": _is_version,
    "set": lambda text: members(text) != {text},
    "region": _is_place,
}


def looks(texts: Sequence[str]) -> tuple[str, ...]:
    """What at least a tenth of them look like."""
    found = {name: sum(map(fits, texts)) for name, fits in LOOKS.items()}
    return tuple(name for name, n in found.items() if n and n >= _ENOUGH * len(texts))
