"""Learned segments from end to end: prepare, learn, assign tomorrow, store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from marketing.conditions.types import Columns, Ref
from segments.learning.choose import PEOPLE, Choice, choose
from segments.learning.clusterers import CLUSTERERS, Clusterer, sample_rows
from segments.learning.columns import Ints
from segments.learning.points import BLOCK, NOISE, Arrays, Labels
from segments.learning.prepare import Missing, Preparation, prepare
from segments.learning.storing import pack, unpack

KIND = "clustering"


class About(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``method``: the clusterer's name, ``params`` its fields as JSON."""

    method: str
    params: msgspec.Raw
    preparation: Preparation
    seed: int


@dataclass(frozen=True)
class Clustering:
    """What was learned: who belongs where can be asked of it at any later time."""

    clusterer: Clusterer
    preparation: Preparation
    learned: Arrays
    seed: int

    def assign(self, columns: Columns, people: Ints) -> Labels:
        """int32[m] for int64[m] ordinals, -1 = in no cluster; prepared and assigned in blocks.

        Raises NotFound for a column that is gone.
        """
        answer = np.full(len(people), NOISE, np.int32)
        for start in range(0, len(people), BLOCK):
            prepared = self.preparation.apply(columns, people[start : start + BLOCK])
            labels = self.clusterer.assign(self.learned, prepared.matrix)
            answer[start : start + BLOCK] = np.where(prepared.kept, labels, NOISE)
        return answer

    def dump(self) -> bytes:
        params = msgspec.Raw(msgspec.json.encode(self.clusterer))
        about = About(method=CLUSTERERS.name_of(type(self.clusterer)), params=params,
                      preparation=self.preparation, seed=self.seed)  # fmt: skip
        return pack(KIND, about, self.learned)

    @classmethod
    def load(cls, blob: bytes) -> Clustering:
        """Raises Unavailable when it is damaged, NotFound for a clusterer that is gone."""
        about, arrays = unpack(KIND, About, blob)
        clusterer = msgspec.json.decode(about.params, type=CLUSTERERS.get(about.method))
        return cls(clusterer, about.preparation, arrays, about.seed)


@dataclass(frozen=True)
class Learned:
    """``labels`` int32[m]: as ``clustering.assign`` gives them today and tomorrow.

    ``agreement`` in [0, 1]: of those it was learned from, the share whom the method itself had put
    there (see ``Fit``); ``learned_from``: how many those were.
    """

    clustering: Clustering
    labels: Labels
    agreement: float
    learned_from: int


def explore(
    columns: Columns, refs: Sequence[Ref], people: Ints, clusterer: Clusterer, seed: int,
    *, k_max: int | None = 8, missing: Missing = Missing.MEDIAN,
    progress: Callable[[float], None] = lambda share: None,
) -> Choice:  # fmt: skip
    """How many groups there are, looked at on a sample of the people (int64[m]).

    ``k_max`` and ``progress``: see ``choose``.
    """
    preparation = prepare(columns, refs, people, missing)
    prepared = preparation.apply(columns, people[sample_rows(len(people), 2 * PEOPLE, seed)])
    return choose(clusterer, prepared.matrix[prepared.kept], seed, k_max, progress)


def learn(
    columns: Columns, refs: Sequence[Ref], people: Ints, clusterer: Clusterer, seed: int,
    *, missing: Missing = Missing.MEDIAN,
) -> Learned:  # fmt: skip
    """Learn groups of these people and say who is in which.

    The matrix takes 8 bytes a person and prepared column. Raises Invalid as ``prepare`` and
    ``Clusterer.fit`` do.
    """
    preparation = prepare(columns, refs, people, missing)
    prepared = preparation.apply(columns, people)
    fit = clusterer.fit(prepared.matrix[prepared.kept], seed)
    clustering = Clustering(clusterer, preparation, fit.learned, seed)
    labels = np.full(len(people), NOISE, np.int32)
    labels[prepared.kept] = clusterer.assign(fit.learned, prepared.matrix[prepared.kept])
    return Learned(clustering, labels, fit.agreement, len(fit.rows))
