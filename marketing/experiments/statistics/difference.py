"""What the treatment changed: treated minus control, with an interval."""

from math import sqrt

from marketing.experiments.statistics.interval import Interval, normal_quantile, student_quantile
from marketing.experiments.statistics.sufficient import Mean, Proportion


def difference_in_proportions(
    treated: Proportion, control: Proportion, confidence: float = 0.95
) -> Interval | None:
    """Rate of the treated minus rate of the control, in [-1, 1] (0.03 = 3 points).

    None when either group is empty. Raises ValueError for a confidence outside (0, 1).
    Source: the hybrid score interval without continuity correction, method 10 of Newcombe
    (1998), "Interval estimation for the difference between independent proportions",
    Statistics in Medicine 17:873-890. It stays within [-1, 1] and is not empty at 0 or
    n successes, where the Wald interval is.
    """
    z = normal_quantile(confidence)
    if not treated.n or not control.n:
        return None
    rate_t, rate_c = treated.successes / treated.n, control.successes / control.n
    low_t, high_t = wilson_bounds(treated, z)
    low_c, high_c = wilson_bounds(control, z)
    estimate = rate_t - rate_c
    below = sqrt((rate_t - low_t) ** 2 + (high_c - rate_c) ** 2)
    above = sqrt((high_t - rate_t) ** 2 + (rate_c - low_c) ** 2)
    return Interval(estimate, max(estimate - below, -1.0), min(estimate + above, 1.0), confidence)


def wilson_bounds(group: Proportion, z: float) -> tuple[float, float]:
    """Score interval of one rate, within [0, 1]; `z` is a normal quantile, the group not empty.

    Source: Wilson (1927), JASA 22:209-212.
    """
    rate, n = group.successes / group.n, group.n
    centre = (rate + z * z / (2 * n)) / (1 + z * z / n)
    reach = z * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    # The bounds hold the rate by theory; min and max keep rounding from breaking that.
    return max(min(centre - reach, rate), 0.0), min(max(centre + reach, rate), 1.0)


def difference_in_means(treated: Mean, control: Mean, confidence: float = 0.95) -> Interval | None:
    """Mean of the treated minus mean of the control, in the amounts' unit.

    None when either group has fewer than two people, or when nobody's amount differs from
    the group's: then the data say nothing about the spread. Raises ValueError for a
    confidence outside (0, 1). Source: Welch (1947), Biometrika 34:28-35, with the degrees
    of freedom of Satterthwaite (1946), Biometrics Bulletin 2:110-114.
    """
    error_t, error_c = treated.squared_error, control.squared_error
    if error_t is None or error_c is None or not error_t + error_c:
        return None
    share_t, share_c = error_t / (error_t + error_c), error_c / (error_t + error_c)
    freedom = 1 / (share_t**2 / (treated.n - 1) + share_c**2 / (control.n - 1))
    reach = student_quantile(confidence, freedom) * sqrt(error_t + error_c)
    estimate = treated.total / treated.n - control.total / control.n
    return Interval(estimate, estimate - reach, estimate + reach, confidence)
