"""Personas as they are now: what the pointers name."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from marketing.conditions.types import Column, Ref
from marketing.kernel.errors import Unavailable
from marketing.kernel.local_days import offsets
from marketing.kernel.moments import microseconds
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
from marketing.workspace.queries import workspace

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
    space = workspace()
    providers = (
        Percentiles(pointers, scores),
        Reachable(size),
        Labels(size),
        Subscriptions(size, base.as_of, space),
        Learning(columns),
    )
    return Personas(
        version=base.details.get("overlay") or base.version,
        as_of=base.as_of,
        size=size,
        exists=exists,
        columns=columns.beside(scores),
        providers=providers,
        today=offsets(space.zone, base.as_of).day(microseconds(base.as_of)),
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
