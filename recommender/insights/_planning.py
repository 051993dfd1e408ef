"""What a number of people over a number of days can show, with a look a day or one at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from marketing.experiments.statistics.planning import Design, Groups

MOST_DAYS: Final = 90
# Where the inflation is computed; between them it is nearly straight in one over the looks.
_NODES: Final = (1, 2, 3, 5, 7, 10, 14, 20, 28, 40, 60, MOST_DAYS)


@dataclass(frozen=True)
class Trial:
    """``holdout``: share in control, in (0, 1). ``power``: chance to find what is there."""

    holdout: float
    power: float
    daily_looks: bool

    def design(self, days: int) -> Design:
        """Two-sided at 5 %; so many planned days."""
        from marketing.experiments.statistics.planning import Design

        looks = days if self.daily_looks else 1
        return Design(
            ratio=(1 - self.holdout) / self.holdout,
            power=self.power,
            inflation=inflation(looks, self.power),
        )

    def groups(self, people: float) -> Groups | None:
        """Of so many people; None if one of the two groups has nobody."""
        from marketing.experiments.statistics.planning import Groups

        control = round(people * self.holdout)
        treated = int(people) - control
        return Groups(treated, control) if treated > 0 and control > 0 else None


@dataclass(frozen=True)
class Share:
    """``base``: the share that reaches the goal, in (0, 1); effects are shares too."""

    base: float

    def detectable(self, groups: Groups, design: Design) -> float | None:
        from marketing.experiments.statistics.planning import detectable_in_proportions

        return detectable_in_proportions(self.base, groups, design)

    def needed(self, effect: float, design: Design) -> Groups:
        from marketing.experiments.statistics.planning import groups_for_proportions

        return groups_for_proportions(self.base, effect, design)


@dataclass(frozen=True)
class Amount:
    """``base``: the mean a person, above 0. ``deviation``: the sample standard deviation, above 0.

    Effects are in the same unit.
    """

    base: float
    deviation: float

    def detectable(self, groups: Groups, design: Design) -> float | None:
        from marketing.experiments.statistics.planning import detectable_in_means

        return detectable_in_means(self.deviation, groups, design)

    def needed(self, effect: float, design: Design) -> Groups:
        from marketing.experiments.statistics.planning import groups_for_means

        return groups_for_means(self.deviation, effect, design)


Level = Share | Amount


def detectable(level: Level, people: float, days: int, trial: Trial) -> float | None:
    """Smallest rise that is found, in the level's unit (0.01 = 1 point); None: no rise would be."""
    groups = trial.groups(people)
    return None if groups is None else level.detectable(groups, trial.design(days))


def needed(level: Level, effect: float, days: int, trial: Trial) -> Groups | None:
    """The smallest groups that find ``effect``; None: no number of people would."""
    try:
        return level.needed(effect, trial.design(days))
    except ValueError:  # beyond 100 %, or beyond any number of people
        return None


def days_until(people: int, reach: Sequence[float], new_a_day: float) -> int | None:
    """The first day on which so many have come; ``reach``: people by the end of day 1, 2, …

    Beyond it ``new_a_day`` come; None: they never do.
    """
    day = int(np.searchsorted(np.asarray(reach), people)) + 1
    if day <= len(reach):
        return day
    return len(reach) + ceil((people - reach[-1]) / new_a_day) if new_a_day > 0 else None


def inflation(looks: int, power: float) -> float:
    """How many times the people of a single look a test with so many looks needs, at least 1.

    Looks as ``marketing.experiments.looking`` takes them: at equal distances in time, alpha spent
    as O'Brien and Fleming would. People are taken to come evenly; who all come at the start make it
    less. Exact up to 90 looks at the nodes, and beyond 90 as at 90.
    """
    nodes = np.array([1 / node for node in reversed(_NODES)])
    values = [_inflation(node, power) for node in reversed(_NODES)]
    return max(float(np.interp(1 / looks, nodes, values)), 1.0)


@cache
def _inflation(looks: int, power: float) -> float:
    """The ratio of squared drifts that reach ``power``: Jennison and Turnbull (2000), ch. 2."""
    from scipy.optimize import newton
    from scipy.special import ndtri
    from threadpoolctl import threadpool_limits

    from marketing.experiments.statistics.planning import Design
    from marketing.experiments.statistics.spending import bounds, obrien_fleming, stopped

    alpha = Design().alpha
    shares = [(k + 1) / looks for k in range(looks)]
    fixed = float(ndtri(1 - alpha / 2) + ndtri(power))
    if looks == 1:
        return 1.0
    # The matrices are tiny: threads that wait for each other cost far more than they do.
    with threadpool_limits(1, "blas"):
        limits = bounds(shares, [obrien_fleming(alpha, share) for share in shares])
        drift = newton(
            lambda each: stopped(shares, limits, each) - power, fixed, x1=1.03 * fixed, tol=1e-5
        )
    return float((drift / fixed) ** 2)
