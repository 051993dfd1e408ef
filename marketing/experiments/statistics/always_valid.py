"""Intervals that hold at every moment at once, whenever one looks and however often.

Wider than a planned look's; for looks off the schedule.
"""

from __future__ import annotations

from math import log, sqrt

from marketing.experiments.statistics.estimate import Estimate
from marketing.experiments.statistics.interval import Interval


def confidence_sequence(
    estimate: Estimate, confidence: float = 0.95, tightest_at: float = 5_000
) -> Interval:
    """Asymptotic confidence sequence of a mean; narrowest when about ``tightest_at`` people are in.

    ``tightest_at`` has to be chosen before the data are seen. Source: Waudby-Smith, Arbour, Sinha,
    Kennedy and Ramdas (2024), Annals of Statistics 52:2613-2640, theorem 2.2 and appendix B.2 (the
    normal mixture of Robbins, 1970).
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence {confidence} is not between 0 and 1")
    if tightest_at <= 0:
        raise ValueError(f"tightest at {tightest_at} people")
    alpha, n = 1 - confidence, estimate.people
    tuned = (-2 * log(alpha) + log(-2 * log(alpha) + 1)) / tightest_at
    grown = n * tuned + 1
    widening = sqrt(2 * grown / (n * tuned) * log(sqrt(grown) / alpha))
    return estimate.within(widening, confidence)
