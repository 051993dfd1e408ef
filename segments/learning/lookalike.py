"""People most like the members of a segment: who else to reach.

A logistic regression tells members (seeds) from a sample of everybody else, on prepared columns and
their squares, so "neither much nor little" can be learned too. The sampling is taken back out of
the log-odds (King and Zeng, 2001), so a score is the chance in [0, 1] that somebody with these
columns is a member, at the share of members among all people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Final

import msgspec
import numpy as np
from pyroaring import BitMap

from marketing.conditions.types import Columns, Ref
from marketing.kernel.errors import Invalid
from segments.learning.columns import Bools, Floats, Ints
from segments.learning.points import BLOCK
from segments.learning.prepare import Preparation, prepare
from segments.learning.storing import pack, unpack

KIND: Final = "lookalike"
FEWEST_SEEDS: Final = 50
MOST_SEEDS: Final = 50_000
OTHERS: Final = 100_000
# Larger than that, a segment's "everybody else" is the smaller side.
LARGEST_SHARE: Final = 0.5


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Plain numbers: ``weights`` [d] of the prepared columns, ``squares`` [d] of their squares (0
    for columns of two values), ``intercept`` in log-odds.
    """

    preparation: Preparation
    weights: tuple[float, ...]
    squares: tuple[float, ...]
    intercept: float

    def score(self, columns: Columns, people: Ints) -> Floats:
        """float64[m] in [0, 1] for int64[m], in blocks. Raises NotFound for a column gone."""
        answer = np.empty(len(people))
        for start in range(0, len(people), BLOCK):
            part = slice(start, start + BLOCK)
            answer[part] = _chance(
                self.log_odds(self.preparation.apply(columns, people[part]).matrix)
            )
        return answer

    def log_odds(self, matrix: Floats) -> Floats:
        """float64[m] for the prepared float64[m, d]."""
        bent = matrix @ np.array(self.weights) + (matrix**2) @ np.array(self.squares)
        return np.asarray(bent + self.intercept)

    def dump(self) -> bytes:
        return pack(KIND, self, {})

    @classmethod
    def load(cls, blob: bytes) -> Model:
        """Raises Unavailable when it is damaged."""
        return unpack(KIND, cls, blob)[0]


@dataclass(frozen=True)
class MostLike:
    """``people`` int64[s], the most alike first, without the seeds; ``scores`` float64[s]."""

    people: Ints
    scores: Floats


def seeds_among(people: Ints, seeds: BitMap) -> Bools:
    """bool[m]: who is a seed. Raises Invalid: ``too_few_seeds``, ``too_many_seeds``."""
    inside = np.isin(people, np.array(seeds, dtype=np.int64))
    found = int(inside.sum())
    if found < FEWEST_SEEDS:
        raise Invalid(
            f"The segment has {found} members to learn from; {FEWEST_SEEDS} are needed",
            code="too_few_seeds", fix="Take a larger segment.",
        )  # fmt: skip
    if found > LARGEST_SHARE * len(people):
        raise Invalid(
            "More than half of all people are members already", code="too_many_seeds",
            fix="Take a smaller segment.",
        )  # fmt: skip
    return inside


def fit(columns: Columns, refs: Sequence[Ref], people: Ints, inside: Bools, seed: int) -> Model:
    """``people`` int64[m], ``inside`` bool[m]: the seeds. Learns from at most 50,000 seeds and
    100,000 others, drawn with the seed. Raises Invalid without a column that differs.
    """
    preparation = prepare(columns, refs, people)
    rng = np.random.default_rng(seed)
    mine = _some(np.flatnonzero(inside), MOST_SEEDS, rng)
    others = _some(np.flatnonzero(~inside), OTHERS, rng)
    rows = np.concatenate([mine, others])
    matrix = preparation.apply(columns, people[rows]).matrix
    # How much likelier a seed was to be drawn than another person.
    drawn = log(len(mine) / int(inside.sum())) - log(len(others) / int((~inside).sum()))
    return _learned(preparation, matrix, inside[rows], drawn)


def most_like(model: Model, columns: Columns, people: Ints, seeds: BitMap, size: int) -> MostLike:
    """The ``size`` people with the highest scores who are no seeds (all, if there are fewer).

    Equal scores are ordered by ordinal. Raises Invalid below one person.
    """
    if size < 1:
        raise Invalid(f"A size of {size}", code="bad_size", fix="Ask for at least one person.")
    others = np.sort(people[~np.isin(people, np.array(seeds, dtype=np.int64))])
    scores = model.score(columns, others)
    best = np.argsort(-scores, kind="stable")[:size]
    return MostLike(others[best], scores[best])


def _learned(preparation: Preparation, matrix: Floats, inside: Bools, drawn: float) -> Model:
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    bends = np.array([len(np.unique(column)) > 2 for column in matrix.T])
    with threadpool_limits(1):
        model = LogisticRegression(max_iter=1000).fit(
            np.hstack([matrix, matrix[:, bends] ** 2]), inside
        )
    d = matrix.shape[1]
    squares = np.zeros(d)
    squares[bends] = model.coef_[0][d:]
    return Model(
        preparation=preparation, weights=tuple(model.coef_[0][:d].tolist()),
        squares=tuple(squares.tolist()), intercept=float(model.intercept_[0]) - drawn,
    )  # fmt: skip


def _some(rows: Ints, at_most: int, rng: np.random.Generator) -> Ints:
    """Sorted; all of them, or so many drawn without repetition."""
    return rows if len(rows) <= at_most else np.sort(rng.choice(rows, at_most, replace=False))


def _chance(log_odds: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(log_odds / 2)), np.float64)
