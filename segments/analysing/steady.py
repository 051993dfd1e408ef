"""Reading several rows as of one moment, while others publish.

A publication is one transaction, so every single statement sees all of it or nothing. What takes
several statements reads again if the newest versions changed in between.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from django.db.models import Max

from marketing.kernel.errors import Unavailable, unknown_name
from segments.models import Segment, SegmentVersion

T = TypeVar("T")
_TRIES = 4


def steady(segments: Collection[int], read: Callable[[Mapping[int, int]], T]) -> T:
    """What ``read`` finds, given segment → its newest version (ids) as they are all through it.

    A segment without a version is not in the mapping. Raises Unavailable when publications come
    too thick.
    """
    newest = _newest(segments)
    for _ in range(_TRIES):
        found, before = read(newest), newest
        newest = _newest(segments)
        if newest == before:
            return found
    raise Unavailable("Segments are just being published", code="segments_busy", fix="Ask again.")


def _newest(segments: Collection[int]) -> dict[int, int]:
    rows = SegmentVersion.objects.filter(segment__in=segments).order_by()
    return dict(rows.values_list("segment").annotate(top=Max("id")))


def by_key(key: str, *, pointer: str | None = None) -> Segment:
    """Raises NotFound with the nearest key."""
    found = Segment.objects.filter(key=key).first() if "\x00" not in key else None
    if found is None:
        raise unknown_name("segment", key, _keys(), pointer=pointer)
    return found


def by_keys(keys: Collection[str], *, pointer: str | None = None) -> list[Segment]:
    """In the order given. Raises NotFound with the nearest key."""
    rows = {each.key: each for each in Segment.objects.filter(key__in=[
        key for key in keys if "\x00" not in key
    ])}  # fmt: skip
    for key in keys:
        if key not in rows:
            raise unknown_name("segment", key, _keys(), pointer=pointer)
    return [rows[key] for key in keys]


def _keys() -> list[str]:
    return list(Segment.objects.values_list("key", flat=True))
