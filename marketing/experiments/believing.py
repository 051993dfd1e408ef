"""What to believe of an effect, where an experiment is decided by beliefs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from marketing.experiments import summing
from marketing.experiments.asking import CONFIDENCE, Question
from marketing.experiments.statistics.bayes import Belief, belief_of_means, belief_of_rates
from marketing.experiments.statistics.compare import Compared, Shape
from marketing.experiments.statistics.pairs import Pairs
from marketing.experiments.statistics.sufficient import Mean, Proportion


class Believed(NamedTuple):
    """``better``: chance that the treated do better: that they have less of what should be low."""

    value: float
    low: float
    high: float
    better: float


def belief(asked: Question, treated: Sequence[int], found: Compared) -> Believed | None:
    """By the priors that `statistics.bayes` states, of one cell; None where its ends are unknown.

    Over several cells, and of a ratio or a percentile: by a flat prior of the effect, whose belief
    is what the estimate's interval of one look says. Cells with priors of their own would pull
    each, however small, towards the prior, and the groups apart where their sizes differ.
    """
    told = _conjugate(asked, treated)
    if told is not None:
        higher, ends = told.better, told.interval
        value, low, high = ends.estimate, ends.low, ends.high
    else:
        bounds = found.bounds(found.quantile(CONFIDENCE))
        if bounds is None:
            return None
        value, (low, high), half = found.value, bounds, found.p_value() / 2
        higher = 1 - half if found.z > 0 else half
    is_lower = asked.values.definition.lower_is_better
    return Believed(value, low, high, 1 - higher if is_lower else higher)


def _conjugate(asked: Question, treated: Sequence[int]) -> Belief | None:
    if len({group[1:] for group in asked.sums}) != 1:
        return None
    t, c = (summing.of_arms(asked.sums, arms) for arms in (treated, [asked.experiment.control]))
    if asked.shape is Shape.RATE:
        return belief_of_rates(_rate(t), _rate(c)) if t.n and c.n else None
    if asked.shape in (Shape.RATIO, Shape.PERCENTILE):
        return None
    return belief_of_means(Mean(t.n, t.y, t.yy), Mean(c.n, c.y, c.yy))


def _rate(pairs: Pairs) -> Proportion:
    return Proportion(pairs.n, round(pairs.y))
