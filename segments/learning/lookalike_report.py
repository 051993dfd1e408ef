"""How good a lookalike is, measured on people whom it did not see, and what it goes by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

import numpy as np
from pyroaring import BitMap

from marketing.conditions.types import Columns, Ref
from marketing.experiments.statistics.calibration import roc_auc
from marketing.experiments.statistics.interval import normal_quantile
from marketing.kernel.errors import Invalid
from marketing.kernel.text import Text
from segments.analysis.shares import CONFIDENCE, Share, share_of
from segments.learning.columns import Bools, Floats, Ints
from segments.learning.facts import Fact, facts
from segments.learning.lookalike import Model, fit, seeds_among

HELD_OUT: Final = 0.3
OTHERS_MEASURED: Final = 100_000
# Above it the columns say outright who is a member.
GIVEN_AWAY: Final = 0.99

_GOOD = Text(
    "Of two people, a member and somebody else, it finds the member in {auc:.0%} of cases (chance:"
    " 50%). The best {size:,} hold {lift:.1f} times as many like the members as {size:,} at"
    " random.",
    "任取一名成员和一名非成员，模型有{auc:.0%}的把握认出成员（随机为50%）。得分最高的{size:,}人中，与成员相似者"
    "是随机{size:,}人的{lift:.1f}倍。",
)  # fmt: skip
_RANDOM = Text(
    "No better than a random choice: these columns do not tell the members from anybody else.",
    "不比随机选择好：这些字段无法区分成员与其他人。",
)
_GIVEN_AWAY = Text(
    " Nearly perfect: some of these columns probably define the segment. Leave them out to find"
    " people who are like the members otherwise.",
    "几乎完全吻合：其中某些字段很可能就是该分群的定义。去掉这些字段，才能找到其他方面相似的人。",
)


@dataclass(frozen=True)
class Telling:
    """``weight`` in [0, 1]: the column's share of what separates members from others."""

    ref: Ref
    weight: float
    fact: Fact | None


@dataclass(frozen=True)
class Quality:
    """``auc`` in [0, 1] with its bounds at 95 %; ``captured``: of the members held out, the share
    who score as high as the best ``size`` others; ``lift``: that share over the share of others
    taken, 1 = random.
    """

    auc: float
    auc_low: float
    auc_high: float
    size: int
    captured: Share
    lift: float

    @property
    def verdict(self) -> Text:
        if self.auc_low <= 0.5:
            return _RANDOM
        more = _GIVEN_AWAY if self.auc > GIVEN_AWAY else Text("", "")
        values = {"auc": self.auc, "size": self.size, "lift": self.lift}
        return Text(_GOOD.en.format(**values) + more.en, _GOOD.zh.format(**values) + more.zh)


@dataclass(frozen=True)
class Lookalike:
    """``model`` has learned from all seeds; ``quality`` is that of one that saw 70 % of them."""

    model: Model
    quality: Quality
    telling: tuple[Telling, ...]
    seeds: int


def learn_lookalike(
    columns: Columns, refs: Sequence[Ref], people: Ints, seeds: BitMap, size: int, seed: int
) -> Lookalike:
    """``people`` int64[m]: everybody who may be reached, the seeds among them; ``size``: how many
    are to be found. Raises Invalid: ``too_few_seeds``, ``too_many_seeds``, ``bad_size``.
    """
    inside = seeds_among(people, seeds)
    if not 1 <= size <= int((~inside).sum()):
        raise Invalid(f"There are {int((~inside).sum())} other people, not {size}",
                      code="bad_size", fix="Ask for fewer.")  # fmt: skip
    model = fit(columns, refs, people, inside, seed)
    quality = _measured(columns, refs, people, inside, size, seed)
    telling = _telling(model, columns, refs, people, inside, seed)
    return Lookalike(model, quality, telling, int(inside.sum()))


def hanley_mcneil(auc: float, positives: int, negatives: int) -> float:
    """The standard error of an AUC. Source: Hanley and McNeil (1982), Radiology 143:29-36."""
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = auc * (1 - auc) + (positives - 1) * (q1 - auc**2) + (negatives - 1) * (q2 - auc**2)
    return sqrt(max(variance, 0.0) / (positives * negatives))


def _measured(
    columns: Columns, refs: Sequence[Ref], people: Ints, inside: Bools, size: int, seed: int
) -> Quality:
    """Learn from 70 % of seeds and others, measure on the rest."""
    rng = np.random.default_rng([seed, 1])
    out = np.zeros(len(people), dtype=bool)
    for side in (np.flatnonzero(inside), np.flatnonzero(~inside)):
        out[rng.permutation(side)[: round(HELD_OUT * len(side))]] = True
    model = fit(columns, refs, people[~out], inside[~out], seed)
    mine = model.score(columns, people[out & inside])
    others = np.flatnonzero(out & ~inside)
    others = (
        others if len(others) <= OTHERS_MEASURED else rng.choice(others, OTHERS_MEASURED, False)
    )
    return _quality(mine, model.score(columns, people[others]), size, int((~inside).sum()))


def _quality(mine: Floats, others: Floats, size: int, all_others: int) -> Quality:
    happened = np.concatenate([np.ones(len(mine), bool), np.zeros(len(others), bool)])
    auc = roc_auc(np.concatenate([mine, others]), happened)
    taken = size / all_others
    captured = share_of(captured_by(mine, others, taken), len(mine))
    if auc is None or captured is None:
        raise Invalid(
            "Nobody is left to measure it on", code="too_few_seeds", fix="Take more people."
        )
    reach = normal_quantile(CONFIDENCE) * hanley_mcneil(auc, len(mine), len(others))
    return Quality(auc, max(auc - reach, 0.0), min(auc + reach, 1.0), size, captured,
                   captured.rate / taken)  # fmt: skip


def captured_by(mine: Floats, others: Floats, taken: float) -> int:
    """How many of ``mine`` score among the best ``taken`` (0 to 1) of the others.

    Of those who score exactly as the last one taken, as many in proportion.
    """
    bar = float(np.quantile(others, 1 - taken, method="inverted_cdf"))
    tied = float((others == bar).mean())
    part = (taken - float((others > bar).mean())) / tied if tied else 0.0
    return round(int((mine > bar).sum()) + min(max(part, 0.0), 1.0) * int((mine == bar).sum()))


def _telling(
    model: Model, columns: Columns, refs: Sequence[Ref], people: Ints, inside: Bools, seed: int
) -> tuple[Telling, ...]:
    """By column: how far its part of the log-odds lies higher for members, as a share of all."""
    rng = np.random.default_rng([seed, 2])
    rows = np.concatenate([
        rng.permutation(np.flatnonzero(side))[:OTHERS_MEASURED] for side in (inside, ~inside)
    ])  # fmt: skip
    matrix = model.preparation.apply(columns, people[rows]).matrix
    parts = matrix * np.array(model.weights) + matrix**2 * np.array(model.squares)
    gaps = parts[inside[rows]].mean(axis=0) - parts[~inside[rows]].mean(axis=0)
    by_ref: dict[Ref, float] = {}
    for (ref, _part), gap in zip(model.preparation.features, gaps.tolist(), strict=True):
        by_ref[ref] = by_ref.get(ref, 0.0) + gap
    total = sum(abs(gap) for gap in by_ref.values()) or 1.0
    known: dict[Ref, Fact] = {}
    for fact in facts(columns, refs, people[rows], inside[rows]):
        known.setdefault(fact.ref, fact)
    order = sorted(by_ref, key=lambda ref: -abs(by_ref[ref]))
    return tuple(Telling(ref, abs(by_ref[ref]) / total, known.get(ref)) for ref in order)
