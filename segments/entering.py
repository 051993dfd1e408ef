"""Since when somebody is inside a segment."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from marketing.conditions.types import Column, Ref
from marketing.kernel.dates import day_of
from segments.models import SegmentDay, SegmentVersion


class SinceEntered:
    """Provider of ``since_entered:`` columns: local days since the last entry of who is inside."""

    def __init__(self, size: int, today: int) -> None:
        self.size, self.today = size, today

    def __call__(self, ref: Ref) -> Column | None:
        if ref.kind != "since_entered":
            return None
        newest = SegmentVersion.objects.filter(segment__key=ref.name).first()
        values = np.full(self.size, np.nan)
        if newest is not None:
            ordinals, days = _entered(newest.pk)
            known = ordinals < self.size
            values[ordinals[known]] = self.today - days[known]
        return Column(values, ~np.isnan(values))


@lru_cache(maxsize=64)
def _entered(version: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(ordinals inside, the local day each entered last): a version never changes."""
    newest = SegmentVersion.objects.get(pk=version)
    days = SegmentDay.objects.filter(segment_id=newest.segment_id)
    found = list(_by_day(newest.members, days.order_by("-day").iterator()))
    ordinals = [np.array(people, dtype=np.int64) for people, _day in found]
    when = [np.full(len(people), day, dtype=np.int64) for people, day in found]
    empty = np.empty(0, dtype=np.int64)
    return np.concatenate([empty, *ordinals]), np.concatenate([empty, *when])


def _by_day(inside: BitMap, days: Iterable[SegmentDay]) -> Iterable[tuple[BitMap, int]]:
    """From the newest day back, until everybody's last entry was found."""
    for each in days:
        if not inside:
            return
        entered = each.entered & inside
        inside = inside - entered
        yield entered, day_of(each.day.isoformat()) or 0
