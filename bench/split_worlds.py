"""Counts of simulated experiments for `bench.splits`: many at once, weights set day by day."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

DRAWS = 64
"""Posterior draws a day; a bandit's weights are the shares of draws that an arm wins."""

WEEK = (1.1, 1.0, 1.0, 1.0, 1.1, 0.9, 0.9)
"""People a day over their mean, Monday to Sunday."""


@dataclass(frozen=True)
class World:
    """`people` over `days` come to arms that convert at `rates`, one an arm.

    A bandit gives each arm at least `floor` of the day's people and the rest by Thompson
    sampling on what it saw until the day before; without a bandit all arms have equal weights.
    The second arm loses `loss` of its people on the days `lossy` (slice bounds).
    """

    name: str
    people: int
    days: int
    rates: tuple[float, ...]
    is_bandit: bool
    floor: float = 0.0
    loss: float = 0.0
    lossy: tuple[int, int] = (0, 10_000)

    def losses(self) -> Floats:
        """float[days]: the share that the second arm loses."""
        day = np.arange(self.days)
        inside = (self.lossy[0] <= day) & (day < self.lossy[1])
        losses: Floats = np.where(inside, self.loss, 0.0)
        return losses


def simulate(world: World, runs: int, rng: np.random.Generator) -> tuple[Counts, Floats]:
    """int[runs, days, arms] people counted and float[runs, days, arms] weights."""
    arms = len(world.rates)
    observed = np.zeros((runs, world.days, arms), dtype=np.int64)
    weights = np.full((runs, world.days, arms), 1 / arms)
    seen, converted = np.zeros((2, runs, arms))
    for day, loss in enumerate(world.losses()):
        if world.is_bandit:
            weights[:, day] = _thompson(seen, converted, world.floor, rng)
        came = rng.poisson(world.people / world.days * _rhythm(day, world.days), runs)
        people = rng.multinomial(came, weights[:, day])
        people[:, 1] = rng.binomial(people[:, 1], 1 - loss)
        observed[:, day] = people
        seen, converted = seen + people, converted + rng.binomial(people, world.rates)
    return observed, weights


def _rhythm(day: int, days: int) -> float:
    return WEEK[day % len(WEEK)] if days > 1 else 1.0


def _thompson(seen: Floats, converted: Floats, floor: float, rng: np.random.Generator) -> Floats:
    """float[runs, arms]: the share of normal posterior draws that each arm wins, floored."""
    mean = (converted + 1) / (seen + 2)
    error = np.sqrt(mean * (1 - mean) / (seen + 2))
    draws = mean + error * rng.standard_normal((DRAWS, *mean.shape))
    wins = draws.argmax(axis=2)
    arms = mean.shape[1]
    share = (wins[..., None] == np.arange(arms)).mean(axis=0)
    weights: Floats = floor + (1 - arms * floor) * share
    return weights
