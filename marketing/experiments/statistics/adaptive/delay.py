"""Answers that have not come yet: who was exposed d days ago counts as F(d) of a trial.

F(d) is the share of conversions that come within d days of the exposure. An arm that is
new has young exposures, and without the weight its rate would look lower than it is. The
delays are taken to be the same in all arms. Sources: Chapelle, "Modeling delayed feedback
in display advertising", KDD 2014; Vernade, Cappé and Perchet, "Stochastic bandit models for
delayed conversions", UAI 2017 (the estimator: conversions over the sum of F).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MIN_CONVERSIONS = 30
"""Conversions of matured exposures below which their delays are too few for a curve."""


@dataclass(frozen=True, slots=True)
class Delays:
    """Conversions of matured exposures by the whole days they took, rounded up.

    `conversions` has one count for each of 0 to the window's days. Matured means exposed at
    least the window ago, in whatever time the conversion came: fresh exposures hold quick
    conversions only. Adds for equal windows. Raises ValueError for no day, a negative count.
    """

    conversions: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.conversions or min(self.conversions) < 0:
            raise ValueError(f"counts of delays {self.conversions}")

    def __add__(self, other: "Delays") -> "Delays":
        if len(self.conversions) != len(other.conversions):
            raise ValueError("delays of different windows do not add")
        pairs = zip(self.conversions, other.conversions, strict=True)
        return Delays(tuple(a + b for a, b in pairs))

    @classmethod
    def of(cls, ages_days: Floats, delays_days: Floats, window_days: int) -> "Delays":
        """Counts of float[n] days since exposure and float[n] days to conversion, NaN = none.

        Leaves out who is younger than the window and who converted after it. Raises
        ValueError for lengths that differ, an age that is NaN and negative days.
        """
        _check(ages_days, delays_days)
        if (delays_days < 0).any() or window_days < 0:
            raise ValueError("a delay or the window is negative")
        counted = (ages_days >= window_days) & (delays_days <= window_days)
        days = np.ceil(delays_days[counted]).astype(np.int64)
        return cls(tuple(np.bincount(days, minlength=window_days + 1).tolist()))


@dataclass(frozen=True, slots=True)
class DelayCurve:
    """`arrived[d]`: share in [0, 1] of conversions that have come d days after exposure.

    Never falls, and is 1 at the window's end, its last entry; ValueError otherwise.
    """

    arrived: tuple[float, ...]

    def __post_init__(self) -> None:
        steps = zip(self.arrived, self.arrived[1:], strict=False)
        if not self.arrived or self.arrived[-1] != 1 or not self.arrived[0] >= 0:
            raise ValueError(f"a curve of arrivals {self.arrived}")
        if not all(before <= after for before, after in steps):
            raise ValueError(f"arrivals fall: {self.arrived}")

    def at(self, ages_days: Floats) -> Floats:
        """F of ages float[n] in days (rounded down) at least 0, float64[n]."""
        last = len(self.arrived) - 1
        whole = np.minimum(ages_days, last).astype(np.int64)
        return np.asarray(np.array(self.arrived)[whole], np.float64)


@dataclass(frozen=True, slots=True)
class DelayedTrials:
    """`successes` so far out of `n` people who count as `trials` (0 to n) whole ones.

    Adds; `DelayedTrials()` is the zero. Trials are fractions: sums in another order may
    differ in the last digit. Raises ValueError unless 0 <= trials, successes <= n.
    """

    n: int = 0
    successes: int = 0
    trials: float = 0.0

    def __post_init__(self) -> None:
        # A thousandth of a millionth for the rounding of sums.
        if not (0 <= self.successes <= self.n and 0 <= self.trials <= self.n * (1 + 1e-9)):
            raise ValueError(f"{self.successes} successes in {self.trials} trials of {self.n}")

    def __add__(self, other: "DelayedTrials") -> "DelayedTrials":
        return DelayedTrials(
            self.n + other.n, self.successes + other.successes, self.trials + other.trials
        )

    @classmethod
    def of(cls, ages_days: Floats, converted: Bools, curve: DelayCurve) -> "DelayedTrials":
        """Sums over people exposed float[n] days ago of whom bool[n] have converted by now.

        Raises ValueError for lengths that differ, an age negative or NaN, answers not bool.
        """
        _check(ages_days, converted)
        if converted.dtype != np.bool_:
            raise ValueError(f"answers are {converted.dtype}, not bool")
        trials = float(curve.at(ages_days).sum())
        return cls(len(ages_days), int(np.count_nonzero(converted)), trials)

    @property
    def rate(self) -> float | None:
        """Conversions that will come, per person; None where none could have come yet.

        Unbiased, and so above 1 at times when the exposures are few and young.
        """
        return self.successes / self.trials if self.trials else None


def delay_curve(delays: Delays, min_conversions: int = MIN_CONVERSIONS) -> DelayCurve | None:
    """The empirical F of matured exposures; None below `min_conversions` conversions."""
    counts = np.cumsum(delays.conversions)
    total = int(counts[-1])
    if total < max(min_conversions, 1):
        return None
    return DelayCurve(tuple((counts / total).tolist()))


def _check(ages_days: Floats, answers: Floats | Bools) -> None:
    if ages_days.shape != answers.shape or ages_days.ndim != 1:
        raise ValueError(f"ages {ages_days.shape} for answers {answers.shape}")
    if len(ages_days) and not ages_days.min() >= 0:
        raise ValueError("an age is negative or NaN")
