"""What changes segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import transaction
from numpy.typing import NDArray
from pyroaring import BitMap

from marketing.kernel.errors import MarketingError, Unavailable
from marketing.people import touched
from marketing.personas import queries as personas_queries
from marketing.personas.types import Personas
from marketing.workspace.leases import held
from marketing.workspace.queries import pointer
from marketing.workspace.services import move_pointer
from segments import publishing, queries
from segments.evaluation import Membership
from segments.models import Segment

_LEASE = _POINTER = "segments"


@dataclass(frozen=True)
class Refreshed:
    """One segment after a refresh: people inside, entered and left since the version before."""

    key: str
    size: int
    entered: int
    left: int


def refresh(personas: Personas, now: datetime) -> list[Refreshed]:
    """Evaluate all active segments over the same personas and publish them in one transaction."""
    return _evaluate(personas, None, now)


def refresh_now(now: datetime) -> list[Refreshed]:
    """All active segments over the personas of this moment, one refresh at a time.

    The personas are read under the lease: a slower refresh cannot undo a newer one.
    """
    with held(_LEASE, wait_s=60):
        waiting = touched.waiting()
        done = refresh(personas_queries.current(), now)
        touched.seen_to(waiting)
        return done


def follow(now: datetime) -> int:
    """After folds: the touched people alone are evaluated; returns how many entered or left.

    Touched is also who was given or lost a label. Everybody is evaluated where a condition was
    edited or what was evaluated last is not the version before.
    """
    seen = pointer(_POINTER)
    is_edited = not all(segment.is_evaluated for segment in Segment.objects.filter(active=True))
    is_seen = seen is not None and seen.version == personas_queries.version() and not is_edited
    if is_seen and not touched.is_anybody_waiting():
        return 0
    try:
        with held(_LEASE):
            waiting = touched.waiting()
            personas = personas_queries.current()
            last = "" if seen is None or is_edited else seen.version
            done = _evaluate(personas, _changed(personas, last, waiting), now)
            touched.seen_to(waiting)
    except Unavailable:
        return 0  # a refresh is running, or there are no personas yet
    return sum(each.entered + each.left for each in done)


def _changed(personas: Personas, last: str, waiting: touched.Waiting) -> NDArray[np.int64] | None:
    """Who may be inside or outside otherwise than at the version ``last``; None: anybody."""
    if waiting.ordinals is None:
        return None
    also = np.array([each for each in waiting.ordinals if each < personas.size], dtype=np.int64)
    if last == personas.version:
        return also
    folded = personas_queries.touched_since(last)
    return None if folded is None else np.union1d(folded, also)


def _evaluate(
    personas: Personas, ordinals: NDArray[np.int64] | None, now: datetime
) -> list[Refreshed]:
    active = list(Segment.objects.filter(active=True))
    membership = Membership(personas, {segment.key: segment.node for segment in active}, ordinals)
    people = np.arange(personas.size) if ordinals is None else ordinals
    before = {segment.pk: (segment.problem, segment.evaluated) for segment in active}
    inside = {s: found for s in active if (found := _members(membership, s, people)) is not None}
    with transaction.atomic():
        changed = [s for s in active if (s.problem, s.evaluated) != before[s.pk]]
        Segment.objects.bulk_update(changed, ["problem", "evaluated"])
        done = _publish(personas, inside, None if ordinals is None else BitMap(ordinals), now)
        move_pointer(_POINTER, personas.version, now)
    return done


def _publish(
    personas: Personas, inside: Mapping[Segment, BitMap], touched: BitMap | None, now: datetime
) -> list[Refreshed]:
    newest = queries.newest_versions()
    return [
        Refreshed(segment.key, *publishing.publish(
            publishing.Found(segment, newest.get(segment.key), members, touched), personas, now
        ))
        for segment, members in inside.items()
    ]  # fmt: skip


def _members(membership: Membership, segment: Segment, people: NDArray[np.int64]) -> BitMap | None:
    """None where it cannot be evaluated: its last version stays, the others go on."""
    try:
        inside = membership.members(segment.key)
    except MarketingError as error:
        segment.problem, segment.evaluated = str(error)[:300], segment.condition_hash
        return None
    segment.problem, segment.evaluated = "", segment.condition_hash
    return BitMap(people[inside])
