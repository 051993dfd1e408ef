"""How often a 95 % interval holds the true effect, and what CUPED takes off the variance."""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from marketing.experiments.statistics.compare import Cell, Shape, compare
from marketing.experiments.statistics.estimate import Estimate
from marketing.experiments.statistics.histogram import Histogram, rounded
from marketing.experiments.statistics.interval import normal_quantile
from marketing.experiments.statistics.pairs import Pairs
from marketing.experiments.statistics.score import rate_difference
from marketing.experiments.statistics.sufficient import Proportion

Floats = NDArray[np.float64]
Ends = tuple[float, float]
_LOW, _HIGH = 0.94, 0.96
# Revenue: 4 in 100 buy, lognormal amounts, cut at this many cents in either arm.
_CAP = 100_000.0


class Row(NamedTuple):
    """A line of the bench; ``shown`` against ``bar``."""

    scenario: str
    rule: str
    shown: str
    bound: str
    bar: str
    met: bool


def measure(worlds: int, seed: int) -> list[Row]:
    """Every scenario in as many ``worlds``; CUPED's variance, no rate of errors, in a tenth."""
    rng = np.random.default_rng(seed)
    return [
        _coverage("conversion, 2,000 an arm at 4 %", worlds, 0.01,
                  lambda: _conversion(rng, 2_000, 2_000)),
        _coverage("conversion, 300 of 3,000 held out", worlds, 0.01,
                  lambda: _conversion(rng, 2_700, 300)),
        _coverage("winsorised revenue, 20,000 an arm", worlds, _revenue_effect(),
                  lambda: _revenue(rng)),
        _coverage("ratio, 2,000 an arm", worlds, 0.0, lambda: _ratio(rng)),
        *(_percentile(rng, worlds, each) for each in (50.0, 90.0)),
        _cuped(rng, max(worlds // 10, 50)),
    ]  # fmt: skip


def _coverage(scenario: str, worlds: int, truth: float, draw: Callable[[], Ends | None]) -> Row:
    held = 0
    for _world in range(worlds):
        found = draw()
        held += found is not None and found[0] <= truth <= found[1]
    share = held / worlds
    error = sqrt(share * (1 - share) / worlds)
    return Row(scenario, f"95 % interval, {worlds:,} worlds", f"{share:.2%}",
               f"± {1.96 * error:.2%}", "94–96 %", _LOW <= share <= _HIGH)  # fmt: skip


def _conversion(rng: np.random.Generator, treated: int, holdout: int) -> Ends | None:
    reached = rng.binomial([treated, holdout], [0.05, 0.04]).tolist()
    found = rate_difference(Proportion(treated, reached[0]), Proportion(holdout, reached[1]))
    return found.bounds(normal_quantile(0.95)) if found else None


def _compared(shape: Shape, treated: Pairs, control: Pairs) -> Estimate | None:
    found = compare(shape, [Cell(treated, control)])
    return found if isinstance(found, Estimate) else None


def _ends(found: Estimate | None) -> Ends | None:
    interval = found and found.interval()
    return (interval.low, interval.high) if interval else None


def _amounts(rng: np.random.Generator, n: int, rate: float) -> Pairs:
    """Sums over ``n`` people: who does not buy adds nothing, so only buyers are drawn."""
    paid = np.minimum(rng.lognormal(9.0, 1.2, rng.binomial(n, rate)), _CAP)
    return Pairs(n=n, y=float(paid.sum()), yy=float(paid @ paid))


def _revenue(rng: np.random.Generator) -> Ends | None:
    arms = (_amounts(rng, 20_000, rate) for rate in (0.045, 0.04))
    return _ends(_compared(Shape.MEAN, *arms))


def _revenue_effect() -> float:
    """The difference of rates times the mean of a capped amount, by quadrature."""
    z = np.linspace(-9, 9, 200_001)
    density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    mean = float(np.trapezoid(np.minimum(np.exp(9.0 + 1.2 * z), _CAP) * density, z))
    return 0.005 * mean


def _ratio(rng: np.random.Generator) -> Ends | None:
    """Clicks over views; a person's own taste makes the two depend on each other."""
    arms = []
    for _arm in range(2):
        taste = rng.beta(2, 18, 2_000)
        views = rng.poisson(5, 2_000) + rng.geometric(0.3, 2_000)
        arms.append(Pairs.of(rng.binomial(views, taste).astype(float), views.astype(float)))
    return _ends(_compared(Shape.RATIO, *arms))


def _percentile(rng: np.random.Generator, worlds: int, percentile: float) -> Row:
    """Of seconds watched, 20,000 an arm: three in ten nothing, else a long tail, the treated's ones
    a twentieth longer. Drawn as counts of the rounded amounts, so that the truth is known.
    """
    arms = [_watched(longer) for longer in (1.05, 1.0)]
    truth = arms[0].at(percentile) - arms[1].at(percentile)

    def ends() -> Ends | None:
        treated, control = (each.drawn(rng, 20_000) for each in arms)
        cells = [Cell(treated, control)]
        found = compare(Shape.PERCENTILE, cells, percentile=percentile)
        return found.bounds(normal_quantile(0.95)) if found else None

    return _coverage(f"percentile {percentile:g} of seconds, 20,000 an arm", worlds, truth, ends)


class _Amounts(NamedTuple):
    values: Floats
    chances: Floats

    def at(self, percentile: float) -> float:
        reached = np.cumsum(self.chances)
        return float(self.values[np.searchsorted(reached, percentile / 100)])

    def drawn(self, rng: np.random.Generator, n: int) -> Pairs:
        counts = rng.multinomial(n, self.chances)
        there = np.flatnonzero(counts)
        told = Histogram(tuple(self.values[there].tolist()), tuple(counts[there].tolist()))
        return Pairs(n=n, counts=told)


def _watched(longer: float) -> _Amounts:
    z = (np.arange(400_000) + 0.5) / 400_000
    some, shares = np.unique(rounded(longer * np.exp(6 + 1.2 * ndtri(z))), return_counts=True)
    return _Amounts(np.append(0.0, some), np.append(0.3, 0.7 * shares / 400_000))


def _cuped(rng: np.random.Generator, worlds: int) -> Row:
    """Variance over the worlds, adjusted against plain, where the past correlates by 0.7."""
    correlation, n = 0.7, 1_000
    plain, adjusted = [], []
    for _world in range(worlds):
        arms = []
        for _arm in range(2):
            before = rng.normal(size=n)
            after = correlation * before + sqrt(1 - correlation**2) * rng.normal(size=n)
            arms.append((after, before))
        sums = [Pairs.of(after, before) for after, before in arms]
        left, right = _compared(Shape.MEAN, *sums), _compared(Shape.ADJUSTED, *sums)
        if left and right:
            plain.append(left.error**2)
            adjusted.append(right.error**2)
    saved = 1 - float(np.mean(adjusted) / np.mean(plain))
    wanted = correlation**2
    return Row("CUPED, correlation 0.7", f"variance taken off, {worlds:,} worlds", f"{saved:.2%}",
               f"ρ² = {wanted:.0%}", "within 2 %", abs(saved / wanted - 1) <= 0.02)  # fmt: skip
