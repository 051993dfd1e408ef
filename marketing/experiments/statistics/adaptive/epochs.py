"""What an arm changed, after the shares were steered by the answers.

An epoch is a stretch of time with constant shares. Within an epoch arms are compared like
with like: the same days, the same base rate, an assignment that owes nothing to its own
answers. Pooling people over epochs would mix the shares' history with the base rate's
drift. The epochs' differences are averaged with weights that depend on the past only (on
shares and on traffic, never on the epoch's own answers), so each is fair given the past,
and with the variance-stabilising weights the average is normal however the shares moved.
Source: Hadad, Hirshberg, Zhan, Wager and Athey, "Confidence intervals for policy evaluation
in adaptive experiments", PNAS 118 (2021).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isclose, sqrt

from marketing.experiments.statistics.interval import Interval, student_quantile
from marketing.experiments.statistics.sufficient import Mean, Proportion

MIN_PEOPLE = 2
"""People of each compared arm below which an epoch says nothing about its spread."""


class Weighting(StrEnum):
    """`stabilising`: sqrt of the people that a balanced comparison would count for, so each
    epoch adds as much variance as any. `traffic`: the epoch's people, so the effect is the
    average person's; wider, and normal only while the shares stay away from 0."""

    STABILISING = "stabilising"
    TRAFFIC = "traffic"


@dataclass(frozen=True, slots=True)
class Epoch:
    """People and amounts of each arm while it had the share of the same place in `shares`.

    Count matured exposures only (exposed at least the goal's window ago), so that all have
    had the same time to answer. Adds for equal shares. Raises ValueError for lengths that
    differ and shares that are negative or do not add up to 1.
    """

    shares: tuple[float, ...]
    arms: tuple[Mean, ...]

    def __post_init__(self) -> None:
        if len(self.shares) != len(self.arms):
            raise ValueError(f"{len(self.shares)} shares for {len(self.arms)} arms")
        if min(self.shares, default=-1) < 0 or not isclose(sum(self.shares), 1, abs_tol=1e-6):
            raise ValueError(f"shares {self.shares}")

    def __add__(self, other: "Epoch") -> "Epoch":
        if self.shares != other.shares:
            raise ValueError(f"epochs of shares {self.shares} and {other.shares} do not add")
        pairs = zip(self.arms, other.arms, strict=True)
        return Epoch(self.shares, tuple(a + b for a, b in pairs))

    @classmethod
    def of_conversions(cls, shares: tuple[float, ...], arms: Sequence[Proportion]) -> "Epoch":
        """An epoch of conversions: amounts of 1 and 0, so the effect is in rates."""
        return cls(shares, tuple(Mean(a.n, a.successes, a.successes) for a in arms))

    @property
    def n(self) -> int:
        """People in all arms."""
        return sum(arm.n for arm in self.arms)


@dataclass(frozen=True, slots=True)
class EpochEffect:
    """`interval` and `standard_error` in the amounts' unit, from `epochs` epochs.

    `left_out` epochs had a compared arm without share or with fewer than two people.
    """

    interval: Interval
    standard_error: float
    epochs: int
    left_out: int


def effect_after_adaptation(
    epochs: Sequence[Epoch],
    treated: int,
    control: int,
    confidence: float = 0.95,
    weighting: Weighting = Weighting.STABILISING,
) -> EpochEffect | None:
    """Mean amount of arm `treated` minus arm `control`: the epochs' differences, weighted.

    Where the effect itself drifts, this is the average over epochs with those weights. The
    arms are to be named beforehand: for the best of several, divide 1 - confidence by their
    number. Quantiles of Student's t with the degrees of freedom of Satterthwaite (1946).
    None when no epoch has both arms, or nobody's amount differs from its epoch's and arm's.
    Raises ValueError for arms that are not there or the same, a confidence outside (0, 1).
    """
    for epoch in epochs:
        if not (0 <= treated < len(epoch.arms) and 0 <= control < len(epoch.arms)):
            raise ValueError(f"arms {treated} and {control} of {len(epoch.arms)}")
    if treated == control:
        raise ValueError(f"arm {treated} against itself")
    terms = [term for e in epochs if (term := _term(e, treated, control, weighting))]
    scale = sum(term.weight for term in terms)
    parts = [part for term in terms for part in term.variances(scale)]
    variance = sum(size for size, _ in parts)
    reach = student_quantile(confidence, _freedom(parts)) * sqrt(variance)
    if not variance:
        return None
    estimate = sum(term.weight * term.difference for term in terms) / scale
    interval = Interval(estimate, estimate - reach, estimate + reach, confidence)
    return EpochEffect(interval, sqrt(variance), len(terms), len(epochs) - len(terms))


@dataclass(frozen=True, slots=True)
class _Term:
    weight: float
    difference: float
    arms: tuple[Mean, Mean]

    def variances(self, scale: float) -> Iterator[tuple[float, int]]:
        """Of each arm: its part of the estimate's variance, and its degrees of freedom."""
        for arm in self.arms:
            yield (self.weight / scale) ** 2 * (arm.variance or 0.0) / arm.n, arm.n - 1


def _term(epoch: Epoch, treated: int, control: int, weighting: Weighting) -> _Term | None:
    a, b = epoch.arms[treated], epoch.arms[control]
    share_a, share_b = epoch.shares[treated], epoch.shares[control]
    if min(a.n, b.n) < MIN_PEOPLE or not share_a * share_b:
        return None
    if weighting is Weighting.STABILISING:
        weight = sqrt(epoch.n * share_a * share_b / (share_a + share_b))
    else:
        weight = float(epoch.n)
    return _Term(weight, a.total / a.n - b.total / b.n, (a, b))


def _freedom(parts: Sequence[tuple[float, int]]) -> float:
    squares = sum(size * size / freedom for size, freedom in parts)
    return sum(size for size, _ in parts) ** 2 / squares if squares else 1.0
