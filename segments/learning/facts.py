"""What sets some people apart from everybody else, trait by trait.

Effects are on one scale, so numbers and categories can be ranked together: for a number the
standardised difference of the means (Cohen, 1988, d, pooled standard deviation, after the
logarithm where the trait is heavy-tailed), for a share the difference of the arcsine-transformed
shares (Cohen, 1988, h). 0.2 is small, 0.5 medium, 0.8 large. What an operator reads beside it is
in the trait's own unit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import asin, sqrt
from typing import Final, TypeAlias

import numpy as np

from marketing.conditions.types import Columns, Ref
from segments.learning.columns import Bools, Floats, Ints, choices, is_flag, is_text, numbers
from segments.learning.prepare import is_heavy_tailed

# Where a group of one value stands beside others of another, d would be infinite.
LARGEST: Final = 10.0
TOP_CATEGORIES: Final = 3


@dataclass(frozen=True)
class NumberFact:
    """A number: raw means and medians of the group and of everybody else who has one."""

    ref: Ref
    effect: float
    mean: float
    mean_others: float
    median: float
    median_others: float


@dataclass(frozen=True)
class ShareFact:
    """A share in [0, 1] of the group and of the others, and their ratio (None: others have 0).

    ``category``: a text's; True: who has the flag; None: of whom the trait is known. ``top``: the
    text's most frequent categories in the group, with both shares.
    """

    ref: Ref
    effect: float
    category: str | bool | None
    share: float
    share_others: float
    lift: float | None
    top: tuple[tuple[str, float, float], ...] = ()


Fact: TypeAlias = NumberFact | ShareFact
# What a column tells of a group, bool[m].
Tell: TypeAlias = Callable[[Bools], list[Fact]]


def facts(columns: Columns, refs: Sequence[Ref], people: Ints, inside: Bools) -> list[Fact]:
    """Every trait's fact, the largest effect first. ``people`` int64[m], ``inside`` bool[m].

    A trait that tells nothing (nobody known on one side, or no difference at all) has none.
    """
    return facts_of_groups(columns, refs, people, [inside])[0]


def facts_of_groups(
    columns: Columns, refs: Sequence[Ref], people: Ints, groups: Sequence[Bools]
) -> list[list[Fact]]:
    """As ``facts``, of several groups; each column is read once."""
    found: list[list[Fact]] = [[] for _ in groups]
    for ref in refs:
        tell = (_text if is_text(columns, ref) else _values)(columns, ref, people)
        for mine, inside in zip(found, groups, strict=True):
            mine += [fact for fact in tell(inside) if fact.effect]
    return [sorted(mine, key=lambda fact: -abs(fact.effect)) for mine in found]


def cohen_h(share: float, other: float) -> float:
    """Difference of two shares on the scale where it counts alike everywhere, in [-π, π]."""
    return 2 * asin(sqrt(share)) - 2 * asin(sqrt(other))


def cohen_d(values: Floats, others: Floats) -> float:
    """Difference of the means in pooled standard deviations, at most 10. Both float64, not empty.

    0 where nobody differs at all.
    """
    gap = float(values.mean() - others.mean())
    freedom = len(values) + len(others) - 2
    squares = float(((values - values.mean()) ** 2).sum() + ((others - others.mean()) ** 2).sum())
    spread = sqrt(squares / freedom) if freedom > 0 else 0.0
    if spread <= abs(gap) / LARGEST:
        return float(np.sign(gap)) * LARGEST
    return gap / spread


def _text(columns: Columns, ref: Ref, people: Ints) -> Tell:
    codes, categories = choices(columns, ref, people)

    def tell(inside: Bools) -> list[Fact]:
        return [*_categories(ref, codes, categories, inside), *_known(ref, codes >= 0, inside)]

    return tell


def _values(columns: Columns, ref: Ref, people: Ints) -> Tell:
    values = numbers(columns, ref, people)
    known = ~np.isnan(values)
    is_yes_or_no, is_heavy = is_flag(values), is_heavy_tailed(values[known])

    def tell(inside: Bools) -> list[Fact]:
        here, there = known & inside, known & ~inside
        if is_yes_or_no:
            found = _share(ref, values == 1, here, there, True)
        else:
            found = _number(ref, values[here], values[there], is_heavy)
        return [*found, *_known(ref, known, inside)]

    return tell


def _number(ref: Ref, here: Floats, there: Floats, is_heavy: bool) -> list[Fact]:
    if not len(here) or not len(there):
        return []
    effect = cohen_d(np.log1p(here), np.log1p(there)) if is_heavy else cohen_d(here, there)
    return [NumberFact(ref, effect, float(here.mean()), float(there.mean()),
                       float(np.median(here)), float(np.median(there)))]  # fmt: skip


def _known(ref: Ref, known: Bools, inside: Bools) -> list[Fact]:
    return _share(ref, known, inside, ~inside, None)


def _share(
    ref: Ref, holds: Bools, here: Bools, there: Bools, category: str | bool | None
) -> list[Fact]:
    if not here.any() or not there.any():
        return []
    share, other = float(holds[here].mean()), float(holds[there].mean())
    return [ShareFact(ref, cohen_h(share, other), category, share, other, _lift(share, other))]


def _categories(
    ref: Ref, codes: np.ndarray[tuple[int], np.dtype[np.int32]], names: tuple[str, ...],
    inside: Bools,
) -> list[Fact]:  # fmt: skip
    """The category that tells most."""
    here, there = (np.bincount(codes[side & (codes >= 0)], minlength=len(names))
                   for side in (inside, ~inside))  # fmt: skip
    if not here.sum() or not there.sum():
        return []
    shares, others = here / here.sum(), there / there.sum()
    effects = [cohen_h(float(a), float(b)) for a, b in zip(shares, others, strict=True)]
    best = int(np.argmax(np.abs(effects)))
    most = [i for i in np.argsort(-shares, kind="stable")[:TOP_CATEGORIES] if shares[i]]
    top = tuple((names[i], float(shares[i]), float(others[i])) for i in most)
    share, other = float(shares[best]), float(others[best])
    return [ShareFact(ref, effects[best], names[best], share, other, _lift(share, other), top)]


def _lift(share: float, other: float) -> float | None:
    return share / other if other else None
