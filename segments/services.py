"""What changes segments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import transaction
from pyroaring import BitMap

from marketing.kernel.errors import MarketingError
from marketing.personas.types import Personas
from segments import queries
from segments.evaluation import Membership
from segments.models import Segment, SegmentVersion


@dataclass(frozen=True)
class Refreshed:
    """One segment after a refresh: people inside, entered and left since the version before."""

    key: str
    size: int
    entered: int
    left: int


def refresh(personas: Personas, now: datetime) -> list[Refreshed]:
    """Evaluate all active segments over the same personas and publish them in one transaction."""
    active = list(Segment.objects.filter(active=True))
    membership = Membership(personas, {segment.key: segment.node for segment in active})
    inside = {s: members for s in active if (members := _members(membership, s)) is not None}
    with transaction.atomic():
        Segment.objects.bulk_update(active, ["problem"])
        before = queries.newest_versions()
        return [_publish(s, before.get(s.key), inside[s], personas, now) for s in inside]


def _members(membership: Membership, segment: Segment) -> BitMap | None:
    """None where it cannot be evaluated: its last version stays, the others go on."""
    try:
        inside = membership.members(segment.key)
    except MarketingError as error:
        segment.problem = str(error)[:300]
        return None
    segment.problem = ""
    return BitMap(np.flatnonzero(inside))


def _publish(
    segment: Segment,
    before: SegmentVersion | None,
    members: BitMap,
    personas: Personas,
    now: datetime,
) -> Refreshed:
    """A new version where somebody moved; else the old one was checked again."""
    old = before.members if before else BitMap()
    entered, left = members - old, old - members
    if before is not None and not entered and not left:
        SegmentVersion.objects.filter(pk=before.pk).update(
            checked_at=now, personas_version=personas.version
        )
    else:
        SegmentVersion.objects.create(
            segment=segment,
            as_of=personas.as_of,
            checked_at=now,
            size=len(members),
            n_entered=len(entered),
            n_left=len(left),
            members_blob=members.serialize(),
            entered_blob=entered.serialize(),
            left_blob=left.serialize(),
            personas_version=personas.version,
        )
    return Refreshed(segment.key, len(members), len(entered), len(left))
