"""What was learned, read back: to which group somebody belongs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from marketing.conditions.types import Columns
from marketing.kernel.errors import Unavailable
from segments.learning import lookalike
from segments.learning.clustering import Clustering
from segments.learning.columns import Ints
from segments.learning.points import NOISE, Labels
from segments.models import Learning

# The one group of a lookalike.
ALIKE = 0
# Of a segment whose group was not found again.
GONE = -2


class Assigner(Protocol):
    def __call__(self, columns: Columns, people: Ints, /) -> Labels:
        """int32[m] for int64[m] rows of ``columns``; -1 = in no group."""
        ...


@dataclass(frozen=True)
class _Alike:
    model: lookalike.Model
    threshold: float

    def __call__(self, columns: Columns, people: Ints, /) -> Labels:
        scores = self.model.score(columns, people)
        return np.where(scores >= self.threshold, ALIKE, NOISE).astype(np.int32)


def assigner(learning: int) -> Assigner:
    """Raises Unavailable where nothing is kept (any more), or where it is damaged."""
    if not Learning.objects.filter(pk=learning, blob__isnull=False).exists():
        raise Unavailable(
            "What this segment was learned from is forgotten",
            code="learned_forgotten", fix="It is learned anew; until then nobody moves.",
        )  # fmt: skip
    return _loaded(learning)


@lru_cache(maxsize=16)
def _loaded(pk: int) -> Assigner:
    """A learning never changes once it is done."""
    row = Learning.objects.get(pk=pk)
    blob = bytes(row.blob or b"")
    if row.task == Learning.Task.LOOKALIKE:
        return _Alike(lookalike.Model.load(blob), float(row.threshold or 0.0))
    return Clustering.load(blob).assign


def forget() -> None:
    """Keep nothing in memory of what was learned."""
    _loaded.cache_clear()
