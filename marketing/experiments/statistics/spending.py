"""Looks before the end that do not inflate errors: group-sequential bounds by alpha spending.

Any schedule of looks will do; how much of alpha each may use is told by a spending function of how
far the experiment has come. Sources: Lan and DeMets (1983), Biometrika 70:659-663; the recursion
of Armitage, McPherson and Rowe (1969), JRSS A 132:235-244, as in Jennison and Turnbull (2000),
*Group Sequential Methods with Applications to Clinical Trials*, ch. 19.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import ceil, e, inf, log1p, sqrt
from typing import NamedTuple

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

Spending = Callable[[float, float], float]
"""(alpha, share of the way in [0, 1]) to the alpha that may have been used by then."""

# Beyond so many standard deviations there is nothing to integrate and no bound to look for.
_FAR = 8.5
# A panel is so many standard deviations of the smaller step beside it wide.
_PANEL = 3.0
_NODES, _WEIGHTS = leggauss(12)
# A look is taken to bring at least this share more: less needs too fine a grid.
_LEAST_GROWTH = 4e-4


class _Density(NamedTuple):
    """Of the score where nobody has stopped: float64[m] points, weights times density."""

    points: NDArray[np.float64]
    masses: NDArray[np.float64]


def obrien_fleming(alpha: float, share: float) -> float:
    """Spends nearly all at the end: early bounds are far, the last is near the fixed one.

    Source: Lan and DeMets (1983), alpha 1, two-sided.
    """
    if share <= 0:
        return 0.0
    return min(4 * float(ndtr(ndtri(alpha / 4) / sqrt(min(share, 1.0)))), alpha)


def pocock(alpha: float, share: float) -> float:
    """Spends evenly: nearly the same bound at every look. Source: Lan and DeMets (1983)."""
    return alpha * log1p((e - 1) * min(max(share, 0.0), 1.0))


def linear(alpha: float, share: float) -> float:
    """Source: Kim and DeMets (1987), Biometrika 74:149-154, with exponent 1."""
    return alpha * min(max(share, 0.0), 1.0)


def bounds(information: Sequence[float], spent: Sequence[float]) -> tuple[float, ...]:
    """|z| at or above which to stop at each look, so that of true nulls a share ``spent[k]`` has
    stopped by look k; infinite where a look may spend nothing.

    ``information``: growing positive, on any scale (people, or 1 / squared error); the z of looks j
    and k correlate by sqrt(I_j / I_k). ``spent``: never falling, within [0, 1). A bound depends on
    its own look and those before it, so it never changes when later looks are added. Raises
    ValueError for what is neither. Within 1e-6 of the integral's exact value; a look that brings
    less than 0.04 % more is taken to bring as much, and its bound lies a little further out.
    """
    _check(information, spent)
    found: list[float] = []
    before: _Density | None = None
    levels, used = _apart(information), 0.0
    for (step, after), now, total in zip(_steps(levels), levels, spent, strict=True):
        limit = _limit(before, step, sqrt(now), total - used)
        found.append(limit)
        before = _carry(before, step, min(limit, _FAR) * sqrt(now), after)
        used = total if limit < inf else used
    return tuple(found)


def stopped(information: Sequence[float], limits: Sequence[float], drift: float) -> float:
    """Share in [0, 1] that has stopped by the last look, where z_k ~ N(drift * sqrt(I_k), 1).

    With ``drift`` 0 the error of the first kind, else power (either side counts).
    """
    _check(information, [0.0] * len(information))
    share = 0.0
    before: _Density | None = None
    for (step, after), now, limit in zip(_steps(information), information, limits, strict=True):
        edge = min(limit, _FAR + abs(drift) * sqrt(now)) * sqrt(now)
        share += _crossed(before, step, edge, drift)
        before = _carry(before, step, edge, after, drift)
    return share


def _apart(information: Sequence[float]) -> list[float]:
    levels: list[float] = []
    for now in information:
        levels.append(max(now, levels[-1] * (1 + _LEAST_GROWTH)) if levels else now)
    return levels


def _steps(information: Sequence[float]) -> list[tuple[float, float]]:
    """Standard deviations of what comes between a look and the one before it, and the one after."""
    steps = [sqrt(now - at) for at, now in pairwise([0.0, *information])]
    return list(zip(steps, [*steps[1:], inf], strict=True))


def _limit(before: _Density | None, step: float, scale: float, left: float) -> float:
    """The bound at which a share ``left`` stops now."""
    if left <= 0 or _crossed(before, step, _FAR * scale) >= left:
        return inf
    return float(brentq(lambda z: _crossed(before, step, z * scale) - left, 0.0, _FAR, xtol=1e-10))


def _crossed(before: _Density | None, step: float, edge: float, drift: float = 0.0) -> float:
    points, masses = before if before else (np.zeros(1), np.ones(1))
    middle = points + drift * step * step
    beyond = ndtr((middle - edge) / step) + ndtr((-edge - middle) / step)
    return float(masses @ beyond)


def _carry(
    before: _Density | None, step: float, edge: float, after: float, drift: float = 0.0
) -> _Density:
    """The density a step later, within [-edge, edge], fine enough for the step ``after`` it too."""
    old, masses = before if before else (np.zeros(1), np.ones(1))
    ends = np.linspace(-edge, edge, ceil(2 * edge / (_PANEL * min(step, after))) + 1)
    half = (ends[1] - ends[0]) / 2
    points = ((ends[:-1] + half)[:, None] + half * _NODES).ravel()
    away = (points[:, None] - (old + drift * step * step)[None, :]) / step
    density = np.exp(-away * away / 2) @ masses / (step * sqrt(2 * np.pi))
    return _Density(points, np.tile(half * _WEIGHTS, len(ends) - 1) * density)


def _check(information: Sequence[float], spent: Sequence[float]) -> None:
    if len(information) != len(spent):
        raise ValueError(f"{len(information)} looks but {len(spent)} shares of alpha")
    if any(
        later <= sooner for sooner, later in zip([0.0, *information], information, strict=False)
    ):
        raise ValueError("information must grow from look to look")
    if any(later < sooner for sooner, later in zip([0.0, *spent], spent, strict=False)):
        raise ValueError("what is spent of alpha never falls")
    if spent and spent[-1] >= 1:
        raise ValueError(f"alpha {spent[-1]} is not below 1")
