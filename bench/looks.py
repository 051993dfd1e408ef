"""How often a winner is declared where there is none, and how much power looking costs.

Each world is an experiment of conversions, people arriving evenly, looked at ``looks`` times. The z
of every look is production's (``score.rate_difference``), written for all worlds at once; a sample
of them is computed by that function itself and has to agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from marketing.experiments.statistics.always_valid import confidence_sequence
from marketing.experiments.statistics.estimate import Estimate
from marketing.experiments.statistics.score import rate_difference
from marketing.experiments.statistics.spending import bounds, obrien_fleming
from marketing.experiments.statistics.sufficient import Proportion

ALPHA = 0.05
OURS, PLAIN = "planned looks (ours)", "planned looks, Wald's z"
_AT_ONCE = 2_000
Floats = NDArray[np.float64]


class Scenario(NamedTuple):
    """``treated``, ``holdout``: people at the end. ``rate``: of the holdout; ``lift``: added."""

    name: str
    looks: int
    treated: int
    holdout: int
    rate: float
    lift: float = 0.0


NULLS = (
    Scenario("14 daily looks", 14, 14_000, 14_000, 0.05),
    Scenario("14 looks, a tenth held out, 2 %", 14, 12_600, 1_400, 0.02),
    Scenario("14 looks, 280 held out of 2,800", 14, 2_520, 280, 0.05),
    Scenario("200 looks", 200, 40_000, 40_000, 0.05),
    Scenario("200 looks, a tenth held out", 200, 72_000, 8_000, 0.05),
)
# About 80 % power for a single look.
POWER = Scenario("power at 14 looks", 14, 14_000, 14_000, 0.05, 0.00745)


class Found(NamedTuple):
    """Share of the worlds in which a rule declared an effect; ``worlds`` of them."""

    rule: str
    scenario: str
    share: float
    worlds: int

    @property
    def bound(self) -> float:
        """One-sided 95 % Monte-Carlo bound."""
        return self.share + 1.645 * sqrt(max(self.share * (1 - self.share), 1e-12) / self.worlds)


def measure(scenario: Scenario, worlds: int, seed: int) -> list[Found]:
    """Every rule over the same worlds."""
    hits: dict[str, int] = {}
    rules = rules_of(scenario)
    for z, plain in _walks(scenario, worlds, np.random.default_rng(seed)):
        for name, declares in rules.items():
            hits[name] = hits.get(name, 0) + int(declares(z).sum())
        declared = int(rules[OURS](plain).sum())
        hits[PLAIN] = hits.get(PLAIN, 0) + declared
    return [Found(name, scenario.name, n / worlds, worlds) for name, n in hits.items()]


def rules_of(scenario: Scenario) -> dict[str, Callable[[Floats], NDArray[np.bool_]]]:
    """Rule to (float64[worlds, looks] of z) -> bool[worlds] whether it ever declares."""
    times = (np.arange(scenario.looks) + 1) / scenario.looks
    limits = np.array(bounds(times.tolist(), [obrien_fleming(ALPHA, t) for t in times]))
    fixed = float(ndtri(1 - ALPHA / 2))
    everybody = scenario.treated + scenario.holdout
    always = np.array([_widening(int(n), everybody) for n in np.round(everybody * times)])
    # With flat priors the chance to be better is the normal tail; 95 % is 1.645 to either side.
    return {
        OURS: lambda z: (np.abs(z) >= limits).any(axis=1),
        "confidence sequence": lambda z: (np.abs(z) >= always).any(axis=1),
        "one look at the end": lambda z: np.abs(z[:, -1]) >= fixed,
        "naive: p < 5 % at any look": lambda z: (np.abs(z) >= fixed).any(axis=1),
        "95 % chance to win at any look": lambda z: (np.abs(z) >= ndtri(0.95)).any(axis=1),
    }


def _widening(people: int, at_the_end: int) -> float:
    unit = confidence_sequence(Estimate(0.0, 1.0, people), 1 - ALPHA, tightest_at=at_the_end)
    return unit.high


def _walks(
    scenario: Scenario, worlds: int, rng: np.random.Generator
) -> Iterator[tuple[Floats, Floats]]:
    """float64[some worlds, looks]: z at every look, ours and Wald's (each group's own variance)."""
    looks = np.arange(scenario.looks) + 1
    steps = [scenario.treated // scenario.looks, scenario.holdout // scenario.looks]
    n_t, n_h = (step * looks for step in steps)
    n = n_t + n_h
    for start in range(0, worlds, _AT_ONCE):
        size = (min(_AT_ONCE, worlds - start), scenario.looks)
        treated = rng.binomial(steps[0], scenario.rate + scenario.lift, size).cumsum(axis=1)
        holdout = rng.binomial(steps[1], scenario.rate, size).cumsum(axis=1)
        rate_t, rate_h = treated / n_t, holdout / n_h
        both = (treated + holdout) / n
        implied = both * (1 - both) * (1 / n_t + 1 / n_h) * n / (n - 1)
        own = rate_t * (1 - rate_t) / (n_t - 1) + rate_h * (1 - rate_h) / (n_h - 1)
        z, plain = (_divide(rate_t - rate_h, each) for each in (implied, own))
        for world in range(20):
            for look in (0, scenario.looks // 2, -1):
                found = rate_difference(
                    Proportion(int(n_t[look]), int(treated[world, look])),
                    Proportion(int(n_h[look]), int(holdout[world, look])),
                )
                if found is not None and abs(found.z - z[world, look]) > 1e-9:
                    raise RuntimeError("the bench does not compute what the product does")
        yield z, plain


def _divide(difference: Floats, variance: Floats) -> Floats:
    """0 where nobody differs: then nothing is declared."""
    empty = np.zeros_like(difference)
    return np.divide(difference, np.sqrt(variance), out=empty, where=variance > 0)
