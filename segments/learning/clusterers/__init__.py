"""The registry of clusterers: how people who resemble each other are found.

A member learns from a prepared matrix and keeps nothing in itself: what it learned are stored
points (``segments.learning.points``), which assign anybody later without a refit. Methods whose
cost grows with the square of the number of people learn from a seeded sample of at most
``fits_at_most`` and assign everybody in blocks, so a million people need the matrix (8 bytes a
cell), the sample's own memory and 5 MB a block.

Laws: planted groups are found in any order of the rows; the same seed gives the same labels;
clusters are numbered by size, 0 the largest; save and load change nothing; those it learned from
are assigned where it put them, for at least the share ``agrees`` when the groups are separate;
what cannot be clustered is refused with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.kernel.errors import Invalid
from marketing.kernel.registry import Registry
from marketing.kernel.text import Text
from segments.learning.columns import Floats, Ints
from segments.learning.points import (
    BLOCK,
    NOISE,
    Arrays,
    Labels,
    Points,
    by_size,
    nearest,
    renumber,
)


@dataclass(frozen=True)
class Fit:
    """``labels`` int32[n]: the method's own for the ``rows`` (int64[m]) that it learned from,
    by assignment for the rest; -1 = noise. ``agreement`` in [0, 1]: the share of those rows whom
    assignment gives the same label.
    """

    labels: Labels
    learned: Arrays
    rows: Ints
    agreement: float

    @property
    def k(self) -> int:
        """How many clusters, noise not counted."""
        return int(self.labels.max(initial=NOISE)) + 1


class Clusterer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contract. The public methods validate, sample and number; a member writes ``learn``."""

    label: ClassVar[Text]
    suits: ClassVar[Text]
    fits_at_most: ClassVar[int]
    agrees: ClassVar[float] = 1.0
    # Whether the stored points are rows of people, not averages: they go when somebody is erased.
    keeps_rows: ClassVar[bool] = False

    def needs(self) -> int:
        """The fewest people who can be clustered so."""
        raise NotImplementedError

    def learn(self, sample: Floats, seed: int) -> tuple[Labels, Points]:
        """int32[m] (-1 = noise, numbers without gaps) for float64[m, d], and what assigns others.

        Heavy libraries are imported inside.
        """
        raise NotImplementedError

    def place(self, points: Points, block: Floats) -> Labels:
        """int32[b] for the rows of one block."""
        return nearest(points, block)

    def candidates(self, k_max: int) -> list[Self]:
        """What to try when nobody says how many clusters: this method with 2 to ``k_max``."""
        if "k" not in self.__struct_fields__:
            return [self]
        return [msgspec.structs.replace(self, k=k) for k in range(2, k_max + 1)]

    def fit(self, matrix: NDArray[np.floating], seed: int) -> Fit:
        """``matrix`` float[n, d], finite; ``seed`` from 0 to 2**31. Raises Invalid:
        ``not_a_matrix``, ``not_finite``, ``too_few_people``, ``too_few_different``.
        """
        _require_matrix(matrix)
        rows = sample_rows(len(matrix), self.fits_at_most, seed)
        sample = np.ascontiguousarray(matrix[rows], np.float64)
        self._require_people(sample)
        with _one_thread():
            own, points = self.learn(sample, seed)
        labels = self.assign(points.arrays, matrix)
        agreement = float((labels[rows] == own).mean())
        labels[rows] = own
        new = by_size(labels, matrix)
        return Fit(renumber(labels, new), points.renumbered(new).arrays, rows, agreement)

    def assign(self, learned: Arrays, matrix: NDArray[np.floating]) -> Labels:
        """int32[n] for float[n, d]; -1 = in no cluster. Raises Invalid as ``fit`` does."""
        _require_matrix(matrix)
        points = Points.of(learned)
        if matrix.shape[1] != points.at.shape[1]:
            raise Invalid(
                f"It was learned from {points.at.shape[1]} columns, these are {matrix.shape[1]}",
                code="not_a_matrix", fix="Prepare them as for the fit.",
            )  # fmt: skip
        answer = np.empty(len(matrix), np.int32)
        for start in range(0, len(matrix), BLOCK):
            block = np.ascontiguousarray(matrix[start : start + BLOCK], np.float64)
            answer[start : start + BLOCK] = self.place(points, block)
        return answer

    def _require_people(self, sample: Floats) -> None:
        needed = self.needs()
        if len(sample) < needed:
            raise Invalid(
                f"{len(sample)} people are too few; at least {needed} are needed",
                code="too_few_people", fix="Take more people or look for fewer clusters.",
            )  # fmt: skip
        different = min(needed, getattr(self, "k", 2))
        if len(np.unique(sample, axis=0)) < different:
            raise Invalid(
                f"Fewer than {different} people differ in these columns",
                code="too_few_different", fix="Choose columns in which people differ.",
            )  # fmt: skip


CLUSTERERS: Registry[Clusterer] = Registry(__name__, Clusterer, "clusterer")


def sample_rows(n: int, at_most: int, seed: int) -> Ints:
    """int64[m], sorted, without repetition: everybody, or a sample drawn with the seed."""
    if n <= at_most:
        return np.arange(n, dtype=np.int64)
    return np.sort(np.random.default_rng(seed).choice(n, at_most, replace=False)).astype(np.int64)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Small fits are up to fourteen times faster so where other workers use the cores, and sums
    are always added in one order.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


def _require_matrix(matrix: NDArray[np.floating]) -> None:
    if matrix.ndim != 2 or not matrix.shape[1] or not np.issubdtype(matrix.dtype, np.floating):
        raise Invalid(
            f"Expected a matrix of people by columns, not {matrix.dtype}{list(matrix.shape)}",
            code="not_a_matrix", fix="Choose at least one column.",
        )  # fmt: skip
    for column in range(matrix.shape[1]):
        if not np.isfinite(matrix[:, column]).all():
            raise Invalid(
                "A column has missing or infinite values", code="not_finite",
                pointer=f"/columns/{column}", fix="Prepare the columns first.",
            )  # fmt: skip
