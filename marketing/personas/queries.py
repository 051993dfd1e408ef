"""Personas as they are now: what the pointers name."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
from django.conf import settings

from marketing.conditions.types import Column, Ref
from marketing.kernel.errors import Unavailable
from marketing.people.models import Person
from marketing.people.queries import reachability
from marketing.personas import store
from marketing.personas.percentiles import percentile_of
from marketing.personas.types import Personas
from marketing.workspace.models import Pointer

POINTER = "personas"
SCORE = "score:"


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
    columns = _columns(base.version, base.details.get("overlay"))
    exists = np.asarray(columns[Ref("person", "exists")].present)
    size = len(exists)
    scores = {
        Ref("score", name.removeprefix(SCORE)): _score(pointer.version, size)
        for name, pointer in pointers.items()
    }
    providers = (_Percentiles(pointers, scores), _Reachable(size))
    return Personas(
        version=base.details.get("overlay") or base.version,
        as_of=base.as_of,
        size=size,
        exists=exists,
        columns={**columns, **scores},
        providers=providers,
    )


def folder(version: str) -> Path:
    return Path(settings.PERSONAS_DIR) / version


@lru_cache(maxsize=4)
def _columns(version: str, overlay: str | None) -> dict[Ref, Column]:
    base = store.read(folder(version))
    if overlay is None:
        return base
    fresh = store.read(folder(overlay))
    ordinals = store.read_ordinals(folder(overlay))
    size = max(len(np.asarray(base[Ref("person", "exists")].values)), int(ordinals.max()) + 1)
    nothing = {ref: _missing(column, 0) for ref, column in fresh.items() if ref not in base}
    rows = len(ordinals)
    return {
        ref: store.overlaid(column, fresh.get(ref) or _missing(column, rows), ordinals, size)
        for ref, column in {**base, **nothing}.items()
    }


def _missing(like: Column, rows: int) -> Column:
    """A column of the same type in which nobody has a value."""
    if like.categories is not None:
        return Column(np.full(rows, -1, dtype=np.int32), np.zeros(rows, dtype=bool), ())
    return Column(np.full(rows, np.nan), np.zeros(rows, dtype=bool))


@lru_cache(maxsize=16)
def _score(version: str, size: int) -> Column:
    """Padded with missing to ``size``: people who came after the scoring have no score yet."""
    values = np.full(size, np.nan)
    kept = store.load(folder(version).with_suffix(".npy"))[:size]
    values[: len(kept)] = kept
    return Column(values, ~np.isnan(values))


class _Percentiles:
    """A score's percentile from its version's stored quantile table."""

    def __init__(self, pointers: dict[str, Pointer], scores: dict[Ref, Column]) -> None:
        self.pointers, self.scores = pointers, scores

    def __call__(self, ref: Ref) -> Column | None:
        score = self.scores.get(Ref("score", ref.name)) if ref.kind == "percentile" else None
        if score is None:
            return None
        table = self.pointers[SCORE + ref.name].details.get("quantiles")
        if not table:
            return Column(np.full(len(np.asarray(score.values)), np.nan), score.present & False)
        values = percentile_of(np.asarray(score.values, dtype=np.float64), np.array(table))
        return Column(values, score.present)


class _Reachable:
    """Consent and an address, straight from SQL: consent withdrawn counts at once."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __call__(self, ref: Ref) -> Column | None:
        if ref.kind != "reachable":
            return None
        consent, reachable = reachability(ref.name, self.size)
        return Column((consent & reachable), np.ones(self.size, dtype=bool))


def existing_ordinals() -> list[int]:
    """Everybody who was not merged into somebody else."""
    return list(Person.objects.filter(merged_into=None).values_list("id", flat=True))
