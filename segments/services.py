"""What changes segments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from django.db import transaction
from numpy.typing import NDArray
from pyroaring import BitMap

from marketing.conditions.groups import leaves
from marketing.conditions.types import Ref
from marketing.kernel.errors import MarketingError, Unavailable
from marketing.people import touched
from marketing.personas import queries as personas_queries
from marketing.personas.types import Personas
from marketing.workspace.leases import held
from marketing.workspace.queries import pointer
from marketing.workspace.services import move_pointer
from segments import publishing, queries, rosters
from segments.evaluation import Membership
from segments.models import Segment
from segments.standing import Standing

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


def publish_people(
    segment: Segment, change: Callable[[BitMap], BitMap], now: datetime
) -> Refreshed:
    """Change the people of a list at once; no other segment is evaluated.

    If a condition refers to it, everybody is evaluated within seconds. Raises Unavailable before
    the first refresh of the personas.
    """
    with held(_LEASE, wait_s=60), transaction.atomic():
        # Whoever is put in now enters now, however old the personas are.
        personas = replace(personas_queries.current(), as_of=now)
        people = change(rosters.of(segment))
        rosters.write(segment, people, now)
        inside = BitMap(np.flatnonzero(personas.exists)) & people
        before = queries.newest_version(segment)
        found = publishing.Found(segment, before, inside, None)
        moved = publishing.publish(found, personas, now)
        Segment.objects.filter(pk=segment.pk).update(evaluated=segment.definition_hash)
        Segment.objects.filter(pk__in=_referring_to(segment.key)).update(evaluated="")
    return Refreshed(segment.key, *moved)


def _referring_to(key: str) -> list[int]:
    """Primary keys of the active segments whose condition names this one."""
    found = []
    for segment in Segment.objects.filter(active=True):
        try:
            refs = [leaf.ref() for leaf in leaves(segment.node)]
        except MarketingError:
            continue  # it does not parse: it is not evaluated anyway
        found += [segment.pk] if Ref("segment", key) in refs else []
    return found


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
    if ordinals is None:
        rosters.settle()
    nodes = {segment.key: segment.node for segment in active}
    membership = Membership(personas, nodes, ordinals, Standing(personas, active, ordinals))
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
        segment.problem, segment.evaluated = str(error)[:300], segment.definition_hash
        return None
    segment.problem, segment.evaluated = "", segment.definition_hash
    return BitMap(people[inside])
