"""How often a winner is declared where there is none, and how much power looking costs.

Each world is an experiment of conversions in two equal arms, people arriving evenly, looked at
``looks`` times. The z of every look is the production estimate's (``of_means`` on sums of zeros and
ones), written for all worlds at once; a sample of them is computed by ``of_means`` itself and has
to agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from marketing.experiments.statistics.always_valid import confidence_sequence
from marketing.experiments.statistics.estimate import Estimate, of_means
from marketing.experiments.statistics.spending import bounds, obrien_fleming
from marketing.experiments.statistics.sufficient import Proportion

ALPHA = 0.05
_AT_ONCE = 2_000
Floats = NDArray[np.float64]


class Scenario(NamedTuple):
    """``people``: in each arm at the end. ``rate``: of the control; ``lift``: added to it."""

    name: str
    looks: int
    people: int
    rate: float
    lift: float = 0.0


NULLS = (
    Scenario("14 daily looks", 14, 14_000, 0.05),
    Scenario("200 looks", 200, 40_000, 0.05),
)
# About 80 % power for a single look.
POWER = Scenario("power at 14 looks", 14, 14_000, 0.05, 0.00745)


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
    for z in _walks(scenario, worlds, np.random.default_rng(seed)):
        for name, declares in rules.items():
            hits[name] = hits.get(name, 0) + int(declares(z).sum())
    return [Found(name, scenario.name, n / worlds, worlds) for name, n in hits.items()]


def rules_of(scenario: Scenario) -> dict[str, Callable[[Floats], NDArray[np.bool_]]]:
    """Rule to (float64[worlds, looks] of z) -> bool[worlds] whether it ever declares."""
    times = (np.arange(scenario.looks) + 1) / scenario.looks
    limits = np.array(bounds(times.tolist(), [obrien_fleming(ALPHA, t) for t in times]))
    fixed = float(ndtri(1 - ALPHA / 2))
    people = np.round(2 * scenario.people * times)
    always = np.array([_widening(int(n), 2 * scenario.people) for n in people])
    # With flat priors the chance to be better is the normal tail; 95 % is 1.645 to either side.
    return {
        "planned looks (ours)": lambda z: (np.abs(z) >= limits).any(axis=1),
        "confidence sequence": lambda z: (np.abs(z) >= always).any(axis=1),
        "one look at the end": lambda z: np.abs(z[:, -1]) >= fixed,
        "naive: p < 5 % at any look": lambda z: (np.abs(z) >= fixed).any(axis=1),
        "95 % chance to win at any look": lambda z: (np.abs(z) >= ndtri(0.95)).any(axis=1),
    }


def _widening(people: int, at_the_end: int) -> float:
    unit = confidence_sequence(Estimate(0.0, 1.0, people), 1 - ALPHA, tightest_at=at_the_end)
    return unit.high


def _walks(scenario: Scenario, worlds: int, rng: np.random.Generator) -> Iterator[Floats]:
    """float64[some worlds, looks]: z at every look."""
    step = scenario.people // scenario.looks
    n = step * (np.arange(scenario.looks) + 1)
    for start in range(0, worlds, _AT_ONCE):
        size = (min(_AT_ONCE, worlds - start), scenario.looks)
        control = rng.binomial(step, scenario.rate, size).cumsum(axis=1)
        treated = rng.binomial(step, scenario.rate + scenario.lift, size).cumsum(axis=1)
        rates = [treated / n, control / n]
        variance = sum(rate * (1 - rate) / (n - 1) for rate in rates)
        z = np.divide(rates[0] - rates[1], np.sqrt(variance),
                      out=np.zeros(size), where=variance > 0)  # fmt: skip
        _agree(n, treated[:20], control[:20], z[:20])
        yield z


def _agree(
    n: NDArray[np.int64], treated: NDArray[np.int64], control: NDArray[np.int64], z: Floats
) -> None:
    for world in range(len(z)):
        for look in (0, len(n) // 2, -1):
            arms = [Proportion(int(n[look]), int(each[world, look])) for each in (treated, control)]
            found = of_means(*arms)
            if found is not None and abs(found.z - z[world, look]) > 1e-9:
                raise RuntimeError("the bench does not compute what the product does")
