"""Forecasts judged on what they did not see: rolling origins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommender.insights._candidates import Candidate, Fitted
from recommender.insights._scale import Scale

Floats = NDArray[np.float64]
# Standard normal quantiles of the two-sided 80 and 95 % intervals.
Z80, Z95 = 1.2815515655446004, 1.959963984540054
MOST_ORIGINS = 10


@dataclass(frozen=True)
class Backtest:
    """``mase``: below 1 beats repeating the last season; None = its scale is 0 everywhere.

    covered80, covered95: the share of what came that lay inside. spans: what was fitted at each
    origin, and until where it says what was to be expected.
    """

    mase: float | None
    covered80: float
    covered95: float
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Span:
    """``fitted`` knows [0, origin) and judges [origin, end)."""

    fitted: Fitted
    origin: int
    end: int

    def expected(self, values: Floats) -> Floats:
        """float64[end - origin]: each one step ahead, from the values before it alone."""
        return self.fitted.one_step(values[: self.end])[self.origin :]


def shortest(season: int) -> int:
    """How much history the first origin needs: four seasons, and never under twenty periods."""
    return max(4 * season, 20)


def origins(n: int, horizon: int, season: int) -> list[int]:
    """Ascending; the history [0, o) is known at each, and ``horizon`` more follow the last.

    Empty where there is not room for three of them.
    """
    first, last = shortest(season), n - horizon
    if last < first + 2:
        return []
    spread = np.linspace(first, last, MOST_ORIGINS).round()
    return [int(origin) for origin in np.unique(spread)]


def backtest(
    candidate: Candidate, values: Floats, scale: Scale, season: int, horizon: int,
    done: Callable[[], None],
) -> Backtest:  # fmt: skip
    """Fitted anew at every origin on what lies before it; ``done`` is called after each.

    MASE: the mean absolute error over that of repeating the season within the history before the
    origin (Hyndman, Koehler: Another look at measures of forecast accuracy, 2006), averaged over
    the origins. Raises ArithmeticError or LinAlgError where a fit breaks down.
    """
    at, modelled = origins(len(values), horizon, season), scale.to(values)
    ratios, inside80, inside95, spans = [], [], [], []
    for origin, following in zip(at, [*at[1:], len(values)], strict=True):
        fitted = candidate.fit(modelled[:origin], season)
        mean, spread = _finite(*fitted.ahead(horizon))
        came = slice(origin, origin + horizon)
        # On the model's scale: the way back is monotone, so inside is inside.
        error = np.abs(modelled[came] - mean)
        inside80.append(error <= Z80 * spread)
        inside95.append(error <= Z95 * spread)
        ratios.append(_mase(values, scale.back(mean), origin, season))
        spans.append(Span(fitted, origin, following))
        _finite(spans[-1].expected(modelled))
        done()
    known = [each for each in ratios if each is not None]
    return Backtest(
        mase=float(np.mean(known)) if known else None,
        covered80=float(np.mean(inside80)),
        covered95=float(np.mean(inside95)),
        spans=tuple(spans),
    )


def _mase(values: Floats, median: Floats, origin: int, season: int) -> float | None:
    before = values[:origin]
    usual = float(np.mean(np.abs(before[season:] - before[:-season])))
    error = float(np.mean(np.abs(values[origin : origin + len(median)] - median)))
    return error / usual if usual > 0 else None


def _finite(*arrays: Floats) -> tuple[Floats, ...]:
    if not all(np.isfinite(each).all() for each in arrays):
        raise FloatingPointError("a fit is not finite")
    return arrays
