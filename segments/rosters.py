"""The people of snapshots and lists: merges followed, the erased forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from marketing.people.queries import all_erased, redirects
from segments.models import Roster, Segment


def write(segment: Segment, people: BitMap, now: datetime) -> None:
    Roster.objects.update_or_create(
        segment=segment, defaults={"people_blob": people.serialize(), "changed_at": now}
    )


def of(segment: Segment) -> BitMap:
    roster = Roster.objects.filter(segment=segment).first()
    return roster.people if roster else BitMap()


def settle() -> None:
    """Rewrite the rosters that name somebody who was merged or erased since."""
    rosters = list(Roster.objects.all())
    if not rosters:
        return
    moved, gone = redirects(), BitMap(all_erased())
    for roster in rosters:
        people = roster.people
        now = follow(people, moved) - gone
        if now != people:
            Roster.objects.filter(pk=roster.pk).update(people_blob=now.serialize())


def people_of(
    segments: Mapping[int, Segment], ordinals: NDArray[np.int64] | None
) -> dict[int, BitMap]:
    """By the segment's primary key. ``ordinals``: whose answers count, None: everybody's.

    With ``ordinals`` only the merges of these people are looked up; else rosters are settled.
    """
    rosters = Roster.objects.filter(segment_id__in=segments)
    found = {roster.segment_id: roster.people for roster in rosters}
    if ordinals is None or not found:
        return found
    moved = redirects(ordinals.tolist())
    return {pk: follow(people, moved) for pk, people in found.items()}


def follow(people: BitMap, moved: Mapping[int, int]) -> BitMap:
    """With everybody who was merged away replaced by who carries on."""
    away = people & BitMap(moved.keys())
    return (people - away) | BitMap(moved[each] for each in away) if away else people
