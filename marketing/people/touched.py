"""Whose answers may have changed without an event of theirs: labels given and taken, say.

Whoever changes such a thing writes the ordinals here, in the same transaction; whoever evaluates
people after folds takes them from here. So nobody has to look at everybody.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from marketing.people.models import Touched

# One row that stands for all people: where more than so many changed at once.
EVERYBODY = 0
_MANY = 10_000
_CHUNK = 1_000


class Waiting(NamedTuple):
    """``rows``: what to take away once it was seen to. ``ordinals`` None: everybody's."""

    rows: Sequence[int]
    ordinals: Sequence[int] | None


def touch(people: Collection[int]) -> None:
    ordinals: Iterable[int] = [EVERYBODY] if len(people) > _MANY else people
    Touched.objects.bulk_create(
        [Touched(ordinal=ordinal) for ordinal in ordinals], batch_size=_CHUNK
    )


def touch_everybody() -> None:
    touch([EVERYBODY])


def is_anybody_waiting() -> bool:
    return Touched.objects.exists()


def waiting() -> Waiting:
    """Read this before what it is about: whatever changes later stays for the next time."""
    found = list(Touched.objects.order_by("id").values_list("id", "ordinal")[: _MANY + 1])
    rows = [row for row, _ordinal in found]
    ordinals = sorted({ordinal for _row, ordinal in found})
    if len(found) > _MANY or EVERYBODY in ordinals:
        return Waiting(rows, None)
    return Waiting(rows, ordinals)


def seen_to(done: Waiting) -> None:
    for start in range(0, len(done.rows), _CHUNK):
        Touched.objects.filter(id__in=done.rows[start : start + _CHUNK]).delete()
