"""Versions of apps: ``v3.10.2-beta`` as numbers that compare."""

from __future__ import annotations

import re

_VERSION = re.compile(r"v?(\d{1,9}(?:\.\d{1,9}){0,5})(?:[-+ ].*)?", re.IGNORECASE | re.DOTALL)


def numbers(text: str) -> tuple[int, ...] | None:
    """The numbers without zeros at the end (3.0 is 3); None where the text is no version."""
    found = _VERSION.fullmatch(text.strip())
    if found is None:
        return None
    parts = [int(each) for each in found.group(1).split(".")]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)
