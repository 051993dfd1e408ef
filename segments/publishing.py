"""How an evaluation becomes versions and days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pyroaring import BitMap

from marketing.personas.types import Personas
from marketing.workspace.queries import workspace
from segments.models import Segment, SegmentDay, SegmentVersion

# A reader adds up this many small versions at most.
_WHOLE_EVERY = 50


@dataclass(frozen=True)
class Found:
    """``inside``: who is inside among ``touched`` (None: among everybody)."""

    segment: Segment
    before: SegmentVersion | None
    inside: BitMap
    touched: BitMap | None


def publish(found: Found, personas: Personas, now: datetime) -> tuple[int, int, int]:
    """A new version where somebody moved, else the old one was checked again: (size, in, out)."""
    old = found.before.members if found.before else BitMap()
    entered = found.inside - old
    left = (old if found.touched is None else old & found.touched) - found.inside
    size = len(old) + len(entered) - len(left)
    if found.before is not None and not entered and not left:
        SegmentVersion.objects.filter(pk=found.before.pk).update(
            checked_at=now, personas_version=personas.version
        )
    else:
        _write(found, personas, now, (old | entered) - left, entered, left)
    return size, len(entered), len(left)


def _write(
    found: Found,
    personas: Personas,
    now: datetime,
    members: BitMap,
    entered: BitMap,
    left: BitMap,
) -> None:
    is_whole = found.touched is None or found.before is None or _since_whole(found) >= _WHOLE_EVERY
    SegmentVersion.objects.create(
        segment=found.segment,
        as_of=personas.as_of,
        checked_at=now,
        size=len(members),
        n_entered=len(entered),
        n_left=len(left),
        members_blob=members.serialize() if is_whole else None,
        entered_blob=entered.serialize(),
        left_blob=left.serialize(),
        personas_version=personas.version,
    )
    _add_to_day(found.segment, personas.as_of, len(members), entered, left)


def _since_whole(found: Found) -> int:
    """How many small versions stand upon the newest whole one."""
    whole = SegmentVersion.objects.filter(segment=found.segment, members_blob__isnull=False).first()
    newer = SegmentVersion.objects.filter(segment=found.segment)
    return newer.filter(pk__gt=whole.pk).count() if whole else _WHOLE_EVERY


def _add_to_day(
    segment: Segment, as_of: datetime, size: int, entered: BitMap, left: BitMap
) -> None:
    day = as_of.astimezone(workspace().zone).date()
    today = SegmentDay.objects.filter(segment=segment, day=day).first()
    moved = (today.moved if today else BitMap()) ^ entered ^ left
    entered = entered | today.entered if today else entered
    left = left | today.left if today else left
    SegmentDay.objects.update_or_create(
        segment=segment,
        day=day,
        defaults={
            "size": size,
            "n_entered": len(entered),
            "n_left": len(left),
            "entered_blob": entered.serialize(),
            "left_blob": left.serialize(),
            "moved_blob": moved.serialize(),
        },
    )
