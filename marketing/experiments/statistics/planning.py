"""How many people an experiment needs, what a number of them can show, and for how long.

A `Design` says which test is planned; the functions come in threes (people, power, detectable
effect), for a difference of proportions and of means, and each is the inverse of the others.
Effects are treated minus control. A one-sided test asks whether the effect is above `-margin`:
0 for superiority, more for non-inferiority, "not worse by as much as the margin". Where less is
better, count what is better instead (people who stayed, not who left), or turn the sign.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, isfinite, isnan, sqrt

from scipy.special import nctdtr, ndtr, ndtri, stdtrit

MOST_PEOPLE = 1e12
"""In the control group; who would need more plans no experiment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Which test is planned. Raises ValueError for numbers outside their range.

    `alpha` in (0, 1): false alarms. `power` in (alpha, 1): true effects found. `ratio` above 0:
    treated people per person in control. `margin` at least 0, in the effect's unit, one-sided
    only. `inflation` at least 1: what a group-sequential plan needs over a fixed one, from its
    boundaries. `correlation` in (-1, 1) of the outcome with a covariate from before, that the
    analysis adjusts for: the variance falls by its square. Source: Jennison and Turnbull (2000),
    "Group Sequential Methods", ch. 2, for the inflation; Deng et al., WSDM 2013 (CUPED).
    """

    alpha: float = 0.05
    power: float = 0.8
    two_sided: bool = True
    ratio: float = 1.0
    margin: float = 0.0
    inflation: float = 1.0
    correlation: float = 0.0

    def __post_init__(self) -> None:
        if not 0 < self.alpha < self.power < 1:
            raise ValueError(f"not 0 < alpha {self.alpha} < power {self.power} < 1")
        if not (self.ratio > 0 and isfinite(self.ratio)):
            raise ValueError(f"ratio {self.ratio} is not above 0")
        if not (self.inflation >= 1 and isfinite(self.inflation)):
            raise ValueError(f"inflation {self.inflation} is below 1")
        if not -1 < self.correlation < 1:
            raise ValueError(f"correlation {self.correlation} is not between -1 and 1")
        if not (self.margin >= 0 and isfinite(self.margin)):
            raise ValueError(f"margin {self.margin} is negative")
        if self.margin and self.two_sided:
            raise ValueError("a margin is for a one-sided test")

    @property
    def tail(self) -> float:
        """False alarms on the side of the effect."""
        return self.alpha / 2 if self.two_sided else self.alpha

    @property
    def remaining(self) -> float:
        """Share of the standard deviation that the covariate leaves, in (0, 1]."""
        return sqrt(1 - self.correlation**2)


@dataclass(frozen=True, slots=True)
class Groups:
    """People in each group, at least 1. Raises ValueError for fewer."""

    treated: int
    control: int

    def __post_init__(self) -> None:
        if self.treated < 1 or self.control < 1:
            raise ValueError(f"{self.treated} treated and {self.control} in control")

    @property
    def people(self) -> int:
        """Both together."""
        return self.treated + self.control


def groups_for_proportions(base: float, effect: float, design: Design) -> Groups:
    """Smallest groups that find `effect` (0.01 = 1 point, below 0 for a loss) on a rate `base`.

    Raises ValueError when `base` or `base + effect` leaves (0, 1), and when the effect is not
    what is tested for: 0, or not above `-margin` in a one-sided test.
    """
    _check_effect(effect, design)
    _check_rates(base, effect)
    return _smallest(lambda t, c: _power_of_proportions(base, effect, t, c, design), design)


def power_for_proportions(base: float, effect: float, groups: Groups, design: Design) -> float:
    """Chance in [0, 1] that these groups find `effect` on a rate `base`.

    `design.power` and `design.ratio` are not used. Raises ValueError when a rate leaves (0, 1).
    Source: Fleiss, Levin and Paik (2003), "Statistical Methods for Rates and Proportions", ch. 4:
    normal approximation, the variance under no effect from the pooled rate; with a margin from
    the two rates as they are.
    """
    _check_rates(base, effect)
    return _power_of_proportions(base, effect, groups.treated, groups.control, design)


def detectable_in_proportions(base: float, groups: Groups, design: Design) -> float | None:
    """Smallest rise over a rate `base` in (0, 1) that these groups find with `design.power`.

    With a margin it may be below 0, as far as `-base`. None when no rise below `1 - base` is
    found. Raises ValueError for a base outside (0, 1).
    """
    _check_rates(base, 0.0)
    lowest, highest = max(-design.margin, 1e-12 - base), (1 - base) * (1 - 1e-9)
    return _least(
        lambda effect: power_for_proportions(base, effect, groups, design) >= design.power,
        lowest, highest,
    )  # fmt: skip


def groups_for_means(deviation: float, effect: float, design: Design) -> Groups:
    """Smallest groups that find `effect`, in the unit of the amounts' standard `deviation`.

    Raises ValueError for a deviation not above 0, and for an effect that is not what is tested
    for: 0, or not above `-margin` in a one-sided test.
    """
    _check_effect(effect, design)
    _check_deviation(deviation)
    return _smallest(lambda t, c: _power_of_means(deviation, effect, t, c, design), design)


def power_for_means(deviation: float, effect: float, groups: Groups, design: Design) -> float:
    """Chance in [0, 1] that these groups find `effect`; both groups of one `deviation`.

    0 below three people. `design.power` and `design.ratio` are not used. Raises ValueError for
    a deviation not above 0. Source: the noncentral t, Cohen (1988), "Statistical Power Analysis
    for the Behavioral Sciences", ch. 2.
    """
    _check_deviation(deviation)
    return _power_of_means(deviation, effect, groups.treated, groups.control, design)


def detectable_in_means(deviation: float, groups: Groups, design: Design) -> float | None:
    """Smallest effect that these groups find with `design.power`, below 0 perhaps with a margin.

    None for groups too small to find any. Raises ValueError for a deviation not above 0.
    """
    _check_deviation(deviation)
    return _least(
        lambda effect: power_for_means(deviation, effect, groups, design) >= design.power,
        -design.margin, 1e3 * deviation - design.margin,
    )  # fmt: skip


def days_needed(groups: Groups, people_a_day: float, share: float = 1.0) -> int:
    """Whole days until both groups are full, when `share` in (0, 1] of the people take part.

    `people_a_day` above 0 counts people who come for the first time; who returns adds nobody.
    Raises ValueError for other numbers.
    """
    if not (people_a_day > 0 and 0 < share <= 1):
        raise ValueError(f"{people_a_day} people a day of whom {share} take part")
    return ceil(groups.people / (people_a_day * share))


def _power_of_proportions(
    base: float, effect: float, treated: float, control: float, design: Design
) -> float:
    treated, control = treated / design.inflation, control / design.inflation
    rate = base + effect
    pooled = (treated * rate + control * base) / (treated + control)
    spread = sqrt(rate * (1 - rate) / treated + base * (1 - base) / control)
    spread_of_none = sqrt(pooled * (1 - pooled) * (1 / treated + 1 / control))
    if design.margin:
        spread_of_none = spread
    reach = float(ndtri(1 - design.tail)) * spread_of_none * design.remaining
    found, error = effect + design.margin, spread * design.remaining
    power = float(ndtr((found - reach) / error))
    return power + float(ndtr((-found - reach) / error)) if design.two_sided else power


def _power_of_means(
    deviation: float, effect: float, treated: float, control: float, design: Design
) -> float:
    treated, control = treated / design.inflation, control / design.inflation
    freedom = treated + control - 2
    if freedom <= 0:
        return 0.0
    error = deviation * design.remaining * sqrt(1 / treated + 1 / control)
    found = (effect + design.margin) / error
    reach = float(stdtrit(freedom, 1 - design.tail))
    power = _above(reach, freedom, found)
    return power + _above(reach, freedom, -found) if design.two_sided else power


def _above(reach: float, freedom: float, shift: float) -> float:
    """Chance that a t shifted by `shift` lies above `reach`, itself above 0.

    SciPy answers NaN for some shifts below -4, where the chance is below 1e-15: 0 to a plan.
    """
    chance = float(nctdtr(freedom, -shift, -reach))
    return 0.0 if shift < 0 and isnan(chance) else chance


def _smallest(power: Callable[[float, float], float], design: Design) -> Groups:
    """Groups by bisection over the control group's size. Raises ValueError past `MOST_PEOPLE`."""
    few, enough = 0, 1
    while power(design.ratio * enough, enough) < design.power:
        few, enough = enough, enough * 2
        if enough > MOST_PEOPLE:
            raise ValueError("the effect is too small for any number of people")
    while enough - few > 1:
        middle = (few + enough) // 2
        if power(design.ratio * middle, middle) < design.power:
            few = middle
        else:
            enough = middle
    return Groups(ceil(design.ratio * enough), enough)


def _least(finds: Callable[[float], bool], lowest: float, highest: float) -> float | None:
    if not finds(highest):
        return None
    for _ in range(100):
        middle = (lowest + highest) / 2
        lowest, highest = (lowest, middle) if finds(middle) else (middle, highest)
    return highest


def _check_effect(effect: float, design: Design) -> None:
    if effect == 0 and design.two_sided:
        raise ValueError("an effect of 0 is found by nobody")
    if not design.two_sided and not effect > -design.margin:
        raise ValueError(f"effect {effect} is not above {-design.margin}")


def _check_rates(base: float, effect: float) -> None:
    if not (0 < base < 1 and 0 < base + effect < 1):
        raise ValueError(f"rates {base} and {base + effect} are not between 0 and 1")


def _check_deviation(deviation: float) -> None:
    if not (deviation > 0 and isfinite(deviation)):
        raise ValueError(f"deviation {deviation} is not above 0")
