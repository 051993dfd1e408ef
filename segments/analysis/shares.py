"""A share of people with how far it may be off."""

from __future__ import annotations

from dataclasses import dataclass

from marketing.experiments.statistics.difference import wilson_bounds
from marketing.experiments.statistics.interval import normal_quantile
from marketing.experiments.statistics.sufficient import Proportion

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Share:
    """``people`` of ``of``; ``rate``, ``low`` and ``high`` in [0, 1], the bounds at 95 %."""

    people: int
    of: int
    rate: float
    low: float
    high: float


def share_of(people: int, of: int) -> Share | None:
    """With Wilson's (1927) score interval; None of nobody. Raises ValueError unless
    0 ≤ people ≤ of.
    """
    counted = Proportion(of, people)
    if not of:
        return None
    low, high = wilson_bounds(counted, normal_quantile(CONFIDENCE))
    return Share(people, of, people / of, low, high)
