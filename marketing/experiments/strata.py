"""Groups of people by what was known of them before the experiment began."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from marketing.conditions.types import Column, Ref
from marketing.experiments.models import Experiment
from marketing.kernel.errors import unknown_name
from marketing.personas.defined import named
from marketing.personas.past import as_of
from marketing.workspace.queries import workspace

# So many groups of texts; all others are one, whoever has none another.
_MOST = 7
_QUARTILES = (25, 50, 75)
REST, MISSING = "…", "?"


@dataclass(frozen=True)
class Strata:
    """``codes`` int64[n]: indices into ``names``."""

    codes: NDArray[np.int64]
    names: tuple[str, ...]

    @classmethod
    def none(cls, n: int) -> Strata:
        """Everybody in one."""
        return cls(np.zeros(n, dtype=np.int64), ("",))


def strata(experiment: Experiment, people: NDArray[np.int64]) -> Strata:
    """By the experiment's persona column as of its start, ``people`` int64[n] ordinals.

    Only what was fixed before the exposure may group people. Raises NotFound for a column that is
    not known of the past.
    """
    if not experiment.strata:
        return Strata.none(len(people))
    kind, _colon, name = experiment.strata.partition(":")
    specs = {}
    if kind == "trait":
        known = named()
        if name not in known:
            raise unknown_name("trait", name, known, pointer="/strata")
        specs[name] = known[name].spec
    personas = as_of(workspace(), experiment.started_at, specs)
    return grouped(personas.column(Ref(kind, name)).take(people))


def grouped(column: Column) -> Strata:
    """Numbers by their quartiles, texts by the most frequent ones; empty groups are left out."""
    present = np.asarray(column.present, dtype=bool)
    if not present.any():
        return Strata(np.zeros(len(present), dtype=np.int64), (MISSING,))
    codes, names = _texts(column, present) if column.categories else _numbers(column, present)
    codes = np.where(present, codes, len(names))
    used, packed = np.unique(codes, return_inverse=True)
    every = (*names, MISSING)
    return Strata(packed.astype(np.int64), tuple(every[code] for code in used.tolist()))


def _numbers(
    column: Column, present: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    values = np.asarray(column.values, dtype=np.float64)
    # Equal quartiles make fewer groups.
    edges = np.unique(np.percentile(values[present], _QUARTILES, method="inverted_cdf"))
    ends = [f"{each:g}" for each in edges.tolist()]
    between = [f"{low} – {high}" for low, high in pairwise(ends)]
    return np.searchsorted(edges, values), (f"≤ {ends[0]}", *between, f"> {ends[-1]}")


def _texts(column: Column, present: NDArray[np.bool_]) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    words, codes = column.categories or (), np.asarray(column.values, dtype=np.int64)
    counts = np.bincount(codes[present], minlength=len(words))
    # The most frequent first; of equally frequent ones the first by name.
    chosen = np.lexsort((np.array(words), -counts))[:_MOST]
    place = np.full(len(words), len(chosen))
    place[chosen] = np.arange(len(chosen))
    names = (*(words[i] for i in chosen.tolist()), REST)
    return place[np.where(present, codes, 0)], names
