"""Baselines for the interval of a difference in proportions (the product uses neither)."""

from math import sqrt

from marketing.experiments.statistics.interval import Interval, normal_quantile
from marketing.experiments.statistics.sufficient import Proportion


def wald(treated: Proportion, control: Proportion, confidence: float = 0.95) -> Interval | None:
    """The textbook normal approximation; None when a group is empty."""
    if not treated.n or not control.n:
        return None
    rate_t, rate_c = treated.successes / treated.n, control.successes / control.n
    error = sqrt(rate_t * (1 - rate_t) / treated.n + rate_c * (1 - rate_c) / control.n)
    estimate, reach = rate_t - rate_c, normal_quantile(confidence) * error
    return Interval(estimate, estimate - reach, estimate + reach, confidence)


def agresti_caffo(
    treated: Proportion, control: Proportion, confidence: float = 0.95
) -> Interval | None:
    """Wald after one more success and one more failure in each group.

    The estimate is the shrunken one. Source: Agresti and Caffo (2000), The American
    Statistician 54:280-288.
    """
    added = Proportion(2, 1)
    return wald(treated + added, control + added, confidence)
