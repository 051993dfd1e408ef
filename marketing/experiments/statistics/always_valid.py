"""Intervals that hold at every moment at once, whenever one looks and however often.

Wider than a planned look's; for looks off the schedule.
"""

from __future__ import annotations

from math import exp, log, sqrt

from marketing.experiments.statistics.estimate import Estimate
from marketing.experiments.statistics.interval import Interval

TIGHTEST_AT = 5_000
"""People at whom a sequence is narrowest unless said otherwise: a middling campaign's."""


def confidence_sequence(
    estimate: Estimate, confidence: float = 0.95, tightest_at: float = TIGHTEST_AT
) -> Interval:
    """Asymptotic confidence sequence of a mean; narrowest when about ``tightest_at`` people are in.

    ``tightest_at`` has to be chosen before the data are seen. Source: Waudby-Smith, Arbour, Sinha,
    Kennedy and Ramdas (2024), Annals of Statistics 52:2613-2640, theorem 2.2 and appendix B.2 (the
    normal mixture of Robbins, 1970).
    """
    return estimate.within(widening(estimate.people, confidence, tightest_at), confidence)


def widening(people: int, confidence: float = 0.95, tightest_at: float = TIGHTEST_AT) -> float:
    """Standard errors to either side, after so many ``people`` (above 0)."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence {confidence} is not between 0 and 1")
    grown = _grown(people, 1 - confidence, tightest_at)
    return sqrt(2 * grown / (grown - 1) * log(sqrt(grown) / (1 - confidence)))


def p_value(
    z: float, people: int, confidence: float = 0.95, tightest_at: float = TIGHTEST_AT
) -> float:
    """Within (0, 1]: below 1 - ``confidence`` exactly where the sequence of that confidence is
    clear of no effect, at whatever moment one looks.
    """
    grown = _grown(people, 1 - confidence, tightest_at)
    return min(1.0, sqrt(grown) * exp(-z * z * (grown - 1) / (2 * grown)))


def _grown(people: int, alpha: float, tightest_at: float) -> float:
    if tightest_at <= 0:
        raise ValueError(f"tightest at {tightest_at} people")
    tuned = (-2 * log(alpha) + log(-2 * log(alpha) + 1)) / tightest_at
    return people * tuned + 1
