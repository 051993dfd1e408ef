"""What an arm changed, after the shares were steered by the answers.

An epoch is a stretch of time with constant shares. Within an epoch arms are compared like
with like: the same days, the same base rate, an assignment that owes nothing to its own
answers. Pooling people over epochs would mix the shares' history with the base rate's
drift. The epochs' differences are averaged with weights that depend on the past only (on
shares and on traffic, never on the epoch's own answers), so each is fair given the past,
and with the variance-stabilising weights the average is normal however the shares moved.
Source: Hadad, Hirshberg, Zhan, Wager and Athey, "Confidence intervals for policy evaluation
in adaptive experiments", PNAS 118 (2021).

Conversions take the variance that each supposed effect implies (`score`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isclose, sqrt
from typing import NamedTuple

from marketing.experiments.statistics.interval import Interval, normal_quantile, student_quantile
from marketing.experiments.statistics.score import ImpliedVariance, implied_variance
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
    differ and shares that are negative or do not add up to 1. `conversions`: amounts are 1 or 0.
    """

    shares: tuple[float, ...]
    arms: tuple[Mean, ...]
    conversions: bool = False

    def __post_init__(self) -> None:
        if len(self.shares) != len(self.arms):
            raise ValueError(f"{len(self.shares)} shares for {len(self.arms)} arms")
        if min(self.shares, default=-1) < 0 or not isclose(sum(self.shares), 1, abs_tol=1e-6):
            raise ValueError(f"shares {self.shares}")

    def __add__(self, other: "Epoch") -> "Epoch":
        if (self.shares, self.conversions) != (other.shares, other.conversions):
            raise ValueError(f"epochs of shares {self.shares} and {other.shares} do not add")
        pairs = zip(self.arms, other.arms, strict=True)
        return Epoch(self.shares, tuple(a + b for a, b in pairs), self.conversions)

    @classmethod
    def of_conversions(cls, shares: tuple[float, ...], arms: Sequence[Proportion]) -> "Epoch":
        """An epoch of conversions: amounts of 1 and 0, so the effect is in rates."""
        return cls(shares, tuple(arm.amounts for arm in arms), True)

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
    number. Conversions have score bounds within [-1, 1]; amounts have quantiles of Student's
    t with the degrees of freedom of Satterthwaite (1946), which err a little more often
    than they say where few people pay (5.3 to 6.1 % for 5 on conversions taken as amounts).
    None when no epoch has both arms, or nobody's amount differs from its epoch's and arm's.
    Raises ValueError for arms that are not there or the same,
    conversions mixed with amounts, a confidence outside (0, 1).
    """
    _check(epochs, treated, control)
    terms = [term for e in epochs if (term := _term(e, treated, control, weighting))]
    scale = sum(term.weight for term in terms)
    terms = [term._replace(weight=term.weight / scale) for term in terms]
    estimate = sum(term.weight * term.difference for term in terms)
    bounds = _score_bounds if terms and epochs[0].conversions else _student_bounds
    found = bounds(terms, estimate, confidence)
    if found is None:
        return None
    low, high, error = found
    interval = Interval(estimate, min(low, estimate), max(high, estimate), confidence)
    return EpochEffect(interval, error, len(terms), len(epochs) - len(terms))


class _Term(NamedTuple):
    weight: float
    difference: float
    treated: Mean
    control: Mean


def _check(epochs: Sequence[Epoch], treated: int, control: int) -> None:
    for epoch in epochs:
        if not (0 <= treated < len(epoch.arms) and 0 <= control < len(epoch.arms)):
            raise ValueError(f"arms {treated} and {control} of {len(epoch.arms)}")
    if treated == control:
        raise ValueError(f"arm {treated} against itself")
    if len({epoch.conversions for epoch in epochs}) > 1:
        raise ValueError("conversions are mixed with amounts")


def _term(epoch: Epoch, treated: int, control: int, weighting: Weighting) -> _Term | None:
    a, b = epoch.arms[treated], epoch.arms[control]
    share_a, share_b = epoch.shares[treated], epoch.shares[control]
    if min(a.n, b.n) < MIN_PEOPLE or not share_a * share_b:
        return None
    if weighting is Weighting.STABILISING:
        weight = sqrt(epoch.n * share_a * share_b / (share_a + share_b))
    else:
        weight = float(epoch.n)
    return _Term(weight, a.total / a.n - b.total / b.n, a, b)


def _score_bounds(
    terms: Sequence[_Term], estimate: float, confidence: float
) -> tuple[float, float, float] | None:
    """Of the variance that each supposed effect implies, and that of the estimated one."""
    variance = sum(
        (implied_variance(_rates(t.treated), _rates(t.control), t.weight) for t in terms),
        ImpliedVariance(),
    )
    found = variance.bounds(estimate, normal_quantile(confidence))
    return (*found, sqrt(max(variance.at(estimate), 0.0))) if found else None


def _rates(arm: Mean) -> Proportion:
    """Of amounts that are 1 or 0."""
    return Proportion(arm.n, int(arm.total))


def _student_bounds(
    terms: Sequence[_Term], estimate: float, confidence: float
) -> tuple[float, float, float] | None:
    parts = [part for term in terms for part in _sample_variances(term)]
    variance = sum(size for size, _ in parts)
    reach = student_quantile(confidence, _freedom(parts)) * sqrt(variance)
    return (estimate - reach, estimate + reach, sqrt(variance)) if variance else None


def _sample_variances(term: _Term) -> Iterator[tuple[float, int]]:
    """Of each arm: its part of the estimate's variance, and its degrees of freedom."""
    for arm in (term.treated, term.control):
        yield term.weight**2 * (arm.squared_error or 0.0), arm.n - 1


def _freedom(parts: Sequence[tuple[float, int]]) -> float:
    squares = sum(size * size / freedom for size, freedom in parts)
    return sum(size for size, _ in parts) ** 2 / squares if squares else 1.0
