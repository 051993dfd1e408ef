"""Simulated experiments whose shares follow the answers, many at a time.

A day's people are dealt by the shares in force; a conversion comes some whole days after
the exposure; at a batch's start the shares are set anew by the product's own functions from
what has come by the end of the day before.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import pi, sin

import numpy as np
from numpy.typing import NDArray

from marketing.experiments.statistics.adaptive.allocation import allocate
from marketing.experiments.statistics.adaptive.delay import Delays, delay_curve
from marketing.experiments.statistics.adaptive.thompson import best_of_rates
from marketing.experiments.statistics.compare import Cell
from marketing.experiments.statistics.pairs import Pairs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Scenario:
    """Arms of `rates`, to all of which a day adds `trend` (rising evenly over the days to
    that) and a weekly wave of height `wave`; `delay[d]` is the chance that a conversion takes d
    days. `compare`: treated and control arm of the effect that is asked for."""

    name: str
    rates: tuple[float, ...]
    trend: float
    wave: float
    delay: tuple[float, ...]
    people_a_day: int
    days: int
    days_a_batch: int
    floor: float
    uniform: float
    compare: tuple[int, int] = (1, 0)

    @property
    def window_days(self) -> int:
        return len(self.delay) - 1

    @property
    def effect(self) -> float:
        """Treated minus control, the same on all days."""
        return self.rates[self.compare[0]] - self.rates[self.compare[1]]

    def rates_on(self, day: int) -> Floats:
        """float64[k]: each arm's conversion rate among people exposed on this day."""
        added = self.trend * day / max(self.days - 1, 1) + self.wave * sin(2 * pi * day / 7)
        return np.array(self.rates) + added


@dataclass(frozen=True)
class Steered:
    """`people` int[runs, days, k], `came` int[runs, days, k, window + 1] by the days they took,
    `shares` float64[runs, days, k] in force on the day, `final` those after the last."""

    scenario: Scenario
    people: Ints
    came: Ints
    shares: Floats
    final: Floats

    def matured(self, run: int, days: int | None = None) -> list[Cell]:
        """The compared arms by epoch after so many days, all by default; no young exposures."""
        asked = self.scenario
        last = (days or asked.days) - asked.window_days
        starts = [*range(0, last, asked.days_a_batch), last]
        return [self._cell(run, slice(start, end)) for start, end in pairwise(starts)]

    def _cell(self, run: int, days: slice) -> Cell:
        people = self.people[run, days].sum(axis=0).tolist()
        came = self.came[run, days].sum(axis=(0, 2)).tolist()
        treated, control = self.scenario.compare
        meant = self.shares[run, days.start]
        share = float(meant[treated] / (meant[treated] + meant[control]))
        one, other = (Pairs(n=people[arm], y=came[arm], yy=came[arm])
                      for arm in (treated, control))  # fmt: skip
        return Cell(one, other, share)


def steer(asked: Scenario, runs: int, rng: np.random.Generator) -> Steered:
    """`runs` independent experiments."""
    k, window = len(asked.rates), len(asked.delay)
    people = np.zeros((runs, asked.days, k), np.int64)
    came = np.zeros((runs, asked.days, k, window), np.int64)
    shares = np.zeros((runs, asked.days, k))
    now = allocate(np.ones((runs, k)))
    for day in range(asked.days):
        if day and day % asked.days_a_batch == 0:
            now = next_shares(asked, people[:, :day], came[:, :day])
        shares[:, day] = now
        people[:, day] = rng.multinomial(asked.people_a_day, now)
        converted = rng.binomial(people[:, day], asked.rates_on(day))
        came[:, day] = rng.multinomial(converted, asked.delay)
    return Steered(asked, people, came, shares, next_shares(asked, people, came))


def next_shares(asked: Scenario, people: Ints, came: Ints) -> Floats:
    """float64[runs, k] from what the days so far, `people` and `came`, have shown by now."""
    days = people.shape[1]
    ages = np.minimum(np.arange(days)[::-1], asked.window_days)
    seen = np.arange(len(asked.delay)) <= ages[:, None]  # bool[days, window + 1]
    successes = np.einsum("rdkw,dw->rk", came, seen.astype(np.int64))
    trials = np.einsum("rdk,rd->rk", people, _arrived(asked, came)[:, ages])
    best = best_of_rates(successes.astype(np.float64), trials)
    return allocate(best, asked.floor, asked.uniform)


def _arrived(asked: Scenario, came: Ints) -> Floats:
    """F float64[runs, window + 1]; all 1 while too few have matured to know it."""
    matured = max(came.shape[1] - asked.window_days, 0)
    counts = came[:, :matured].sum(axis=(1, 2)).tolist()
    curves = [delay_curve(Delays(tuple(row))) for row in counts]
    unknown = (1.0,) * len(asked.delay)
    return np.array([curve.arrived if curve else unknown for curve in curves])
