"""What was not to be expected: residuals of one-step-ahead forecasts beyond a robust threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.insights._rolling import Span

Floats = NDArray[np.float64]
# Of a normal distribution: standard deviation over median absolute deviation, over mean absolute
# deviation.
_BY_MEDIAN, _BY_MEAN = 1.482602218505602, 1.2533141373155001


@dataclass(frozen=True)
class Usual:
    """How residuals usually are: their median, and a robust standard deviation (0 = all alike)."""

    centre: float
    spread: float

    def score(self, residual: Floats) -> Floats:
        """Modified z-scores; all 0 where every residual is the same."""
        away = residual - self.centre
        return away / self.spread if self.spread > 0 else away * 0.0


@dataclass(frozen=True)
class Judged:
    """expected, score: float64[n] on the model's scale, NaN where nothing was expected."""

    expected: Floats
    score: Floats
    usual: Usual
    is_unusual: NDArray[np.bool_]


def usual(residual: Floats, largest: float) -> Usual:
    """Of residuals float64[m] of values up to ``largest``.

    Median and 1.4826 MAD, after Iglewicz, Hoaglin: How to Detect and Handle Outliers (1993); the
    mean absolute deviation where more than half of the residuals are alike.
    """
    if not len(residual):
        return Usual(0.0, 0.0)
    centre = float(np.median(residual))
    away = np.abs(residual - centre)
    rounding = 1e-9 * (1.0 + largest)
    found = (float(np.median(away)) * _BY_MEDIAN, float(np.mean(away)) * _BY_MEAN)
    return Usual(centre, next((each for each in found if each > rounding), 0.0))


def judge(values: Floats, spans: Sequence[Span], threshold: float, patience: int) -> Judged:
    """Each value against what those before it made one expect; ``values`` on the model's scale.

    What is unusual is replaced by what was expected of it before what follows is judged: a spike
    has no echo a season later. But ``patience`` unusual ones in a row are taken for a new level,
    and stand. What is usual is measured over all that is judged.
    """
    first = _filled(values, [(span, span.expected(values)) for span in spans])
    known = np.isfinite(first)
    measure = usual((values - first)[known], float(np.abs(values).max(initial=0.0)))
    cleaned, run = values.copy(), 0
    walked = []
    for span in spans:
        expected, run = _walk(values, cleaned, span, measure, threshold, (run, patience))
        walked.append((span, expected))
    expected = _filled(values, walked)
    score = measure.score(values - expected)
    return Judged(expected, score, measure, np.abs(np.nan_to_num(score)) > threshold)


def _walk(
    values: Floats, cleaned: Floats, span: Span, measure: Usual, threshold: float,
    patience: tuple[int, int],
) -> tuple[Floats, int]:  # fmt: skip
    """(expected of the span, how many were unusual up to its end); ``cleaned`` is mended."""
    run, most = patience
    expected = span.expected(cleaned)
    for place in range(span.origin, span.end):
        score = measure.score(values[place] - expected[place - span.origin])
        run = run + 1 if abs(score) > threshold else 0
        if 0 < run < most:
            cleaned[place] = expected[place - span.origin]
            expected = span.expected(cleaned)
    return expected, run


def _filled(values: Floats, parts: Sequence[tuple[Span, Floats]]) -> Floats:
    found = np.full(len(values), np.nan)
    for span, expected in parts:
        found[span.origin : span.end] = expected
    return found
