"""Personas as they are now: what the pointers name."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from marketing.conditions.types import Column, Ref
from marketing.events import log
from marketing.kernel.errors import Unavailable
from marketing.kernel.local_days import offsets
from marketing.kernel.moments import microseconds, moment
from marketing.people.models import Person
from marketing.personas import state, store
from marketing.personas.layers import Layers
from marketing.personas.providers import (
    SCORE,
    Labels,
    Learning,
    Percentiles,
    Reachable,
    Subscriptions,
)
from marketing.personas.state import Compared
from marketing.personas.types import Personas
from marketing.workspace.models import Pointer
from marketing.workspace.queries import cursor

POINTER = "personas"


def current() -> Personas:
    """The newest personas with the newest scores. Raises Unavailable before the first refresh."""
    pointers = {
        pointer.name: pointer
        for pointer in Pointer.objects.filter(name=POINTER)
        | Pointer.objects.filter(name__startswith=SCORE)
    }
    if POINTER not in pointers:
        raise Unavailable(
            "No personas yet", code="no_personas", fix="Run `python manage.py refresh`."
        )
    base = pointers.pop(POINTER)
    columns = layers(base)
    exists = np.asarray(columns[Ref("person", "exists")].present)
    size = len(exists)
    scores = {
        Ref("score", name.removeprefix(SCORE)): _score(pointer.version, size)
        for name, pointer in pointers.items()
    }
    providers = (
        Percentiles(pointers, scores),
        Reachable(size),
        Labels(size),
        Subscriptions(size, base.as_of),
        Learning(columns),
    )
    return Personas(
        version=base.details.get("overlay") or base.version,
        as_of=base.as_of,
        size=size,
        exists=exists,
        columns=columns.beside(scores),
        providers=providers,
        today=_today(base),
    )


def version() -> str | None:
    """The name of what ``current`` reads; None before the first refresh."""
    found = Pointer.objects.filter(name=POINTER).first()
    return (found.details.get("overlay") or found.version) if found else None


def compared() -> Compared | None:
    """What the newest rebuild from scratch found; None before the second."""
    found = Pointer.objects.filter(name=POINTER).first()
    known = state.read(found) if found else None
    return known.compared if known else None


def touched_since(version: str) -> NDArray[np.int64] | None:
    """Whose personas may differ from those of ``version``, int64[m]; None: anybody's."""
    pointer = Pointer.objects.get(name=POINTER)
    overlay = pointer.details.get("overlay")
    if overlay is None or not version.startswith(pointer.version):
        return None
    name = "touched" if pointer.details.get("before") == version else "ordinals"
    return store.read_ordinals(folder(overlay), name)


def _today(pointer: Pointer) -> int:
    """The local day, in the time zone that the personas were made in."""
    zone = ZoneInfo(str(pointer.details.get("zone", "UTC")))
    return offsets(zone, pointer.as_of).day(microseconds(pointer.as_of))


def folder(version: str) -> Path:
    return Path(settings.PERSONAS_DIR) / version


def layers(pointer: Pointer) -> Layers:
    """The base and the overlay that this pointer names."""
    return _layers(pointer.version, pointer.details.get("overlay"))


@lru_cache(maxsize=4)
def _layers(version: str, overlay: str | None) -> Layers:
    base = store.read(folder(version))
    if overlay is None:
        return Layers(base)
    return Layers(base, store.read(folder(overlay)), store.read_ordinals(folder(overlay)))


@lru_cache(maxsize=16)
def _score(version: str, size: int) -> Column:
    """Padded with missing to ``size``: people who came after the scoring have no score yet."""
    values = np.full(size, np.nan)
    kept = store.load(folder(version).with_suffix(".npy"))[:size]
    values[: len(kept)] = kept
    return Column(values, ~np.isnan(values))


def existing_ordinals() -> list[int]:
    """Everybody who was not merged into somebody else."""
    return list(Person.objects.filter(merged_into=None).values_list("id", flat=True))


class Freshness(NamedTuple):
    """How fresh personas are. ``waiting``: events in the log that they do not have yet.

    ``oldest_at``: when the one that waits longest came; None: none waits.
    """

    as_of: datetime
    waiting: int
    oldest_at: datetime | None
    compared: Compared | None

    def lag_s(self, now: datetime) -> float:
        """How old the oldest waiting event is, in seconds; 0: none waits."""
        return max(0.0, (now - self.oldest_at).total_seconds()) if self.oldest_at else 0.0


def freshness() -> Freshness | None:
    """None before the first refresh."""
    found = Pointer.objects.filter(name=POINTER).first()
    if found is None:
        return None
    known, at = state.read(found), cursor("fold")
    oldest = log.oldest_waiting(at)
    return Freshness(
        found.as_of,
        log.waiting(at) if oldest is not None else 0,
        None if oldest is None else moment(oldest),
        known.compared if known else None,
    )
