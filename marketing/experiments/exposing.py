"""Exposures: the moment at which a person's arm first makes a difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from marketing.experiments.models import Exposure


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a person is about to see: an arm, drawn in an epoch by these chances (None: by the
    epoch's weights).
    """

    arm: int
    epoch: int = 0
    propensities: Sequence[float] | None = None


def expose(
    experiment_id: int, person_id: int, seen: Seen, now: datetime, merged: Sequence[int] = ()
) -> int:
    """The arm that counts: of the first exposure, whatever came later.

    ``merged``: ordinals that were merged into the person; what they saw is what the person saw.
    """
    people = [person_id, *merged]
    first = Exposure.objects.filter(experiment_id=experiment_id, person_id__in=people)
    known = first.order_by("exposed_at", "id").first()
    if known is None:
        known, _created = Exposure.objects.get_or_create(
            experiment_id=experiment_id,
            person_id=person_id,
            defaults={
                "arm": seen.arm,
                "exposed_at": now,
                "epoch": seen.epoch,
                "propensities": None if seen.propensities is None else list(seen.propensities),
            },
        )
    return known.arm


def forget(ordinals: Sequence[int]) -> None:
    """The chances by which an arm was drawn tell something of who was erased; the arm stays."""
    Exposure.objects.filter(person_id__in=ordinals).update(propensities=None)
