"""Sample ratio mismatch (SRM): did the arms get the shares of people they were meant to?"""

from collections.abc import Sequence
from math import isfinite

from scipy.special import chdtrc

MISMATCH_P = 0.001
"""Below this the split is broken and covers the verdict. Source: the custom, and GrowthBook's."""

MIN_EXPECTED = 5.0
"""People expected in the smallest arm below which the chi-square approximation is poor."""


def ratio_mismatch_p_value(
    observed: Sequence[int], expected_weights: Sequence[float]
) -> float | None:
    """Probability in [0, 1] of counts at least this far off, were the split as planned.

    `observed` people and `expected_weights` (any positive scale) one per arm. Small values
    (0.001 is the custom) mean the assignment or the counting is broken and no effect may be
    read. None when it means nothing: fewer than two arms with weight, nobody counted, or
    fewer than 5 people expected in some arm. People in an arm of weight 0 give 0.0.
    Raises ValueError for lengths that differ, negative numbers or weights not finite.
    Source: Pearson's chi-square; Fabijan et al., KDD 2019, for its use on experiments.
    """
    _check(observed, expected_weights)
    if any(n and not weight for n, weight in zip(observed, expected_weights, strict=True)):
        return 0.0
    arms = [(n, w) for n, w in zip(observed, expected_weights, strict=True) if w]
    people, weight = sum(n for n, _ in arms), sum(w for _, w in arms)
    expected = [people * w / weight for _, w in arms]
    if len(arms) < 2 or min(expected) < MIN_EXPECTED:
        return None
    distance = sum((n - e) ** 2 / e for (n, _), e in zip(arms, expected, strict=True))
    return float(chdtrc(len(arms) - 1, distance))


def _check(observed: Sequence[int], weights: Sequence[float]) -> None:
    if len(observed) != len(weights):
        raise ValueError(f"{len(observed)} counts for {len(weights)} weights")
    if any(n < 0 for n in observed):
        raise ValueError("a count is negative")
    if any(weight < 0 or not isfinite(weight) for weight in weights):
        raise ValueError("a weight is negative or not finite")
