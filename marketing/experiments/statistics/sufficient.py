"""All that an effect's interval needs of the data, in forms that add."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Proportion:
    """`successes` out of `n` people; `Proportion()` is the zero of the addition.

    Raises ValueError unless 0 <= successes <= n.
    """

    n: int = 0
    successes: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.successes <= self.n:
            raise ValueError(f"{self.successes} successes of {self.n}")

    def __add__(self, other: "Proportion") -> "Proportion":
        return Proportion(self.n + other.n, self.successes + other.successes)

    @classmethod
    def of(cls, answers: NDArray[np.bool_]) -> "Proportion":
        """Counts of bool[n], one answer a person."""
        if answers.dtype != np.bool_:
            raise ValueError(f"answers are {answers.dtype}, not bool")
        return cls(answers.size, int(np.count_nonzero(answers)))

    @property
    def rate(self) -> float | None:
        """Share of successes in [0, 1]; None for nobody."""
        return self.successes / self.n if self.n else None

    @property
    def amounts(self) -> "Mean":
        """The same people with 1 for a success and 0 for none."""
        return Mean(self.n, self.successes, self.successes)


@dataclass(frozen=True, slots=True)
class Mean:
    """Count, sum and sum of squares of an amount per person; `Mean()` is the zero.

    Give money as integer minor units: Python's integers make the sums, and so the variance,
    exact whatever the order of addition. Raises ValueError for a negative count or squares.
    """

    n: int = 0
    total: float = 0
    total_squares: float = 0

    def __post_init__(self) -> None:
        if not (self.n >= 0 and self.total_squares >= 0):
            raise ValueError(f"{self.n} people with squares summing to {self.total_squares}")

    def __add__(self, other: "Mean") -> "Mean":
        return Mean(
            self.n + other.n,
            self.total + other.total,
            self.total_squares + other.total_squares,
        )

    @classmethod
    def of(cls, amounts: NDArray[np.integer] | NDArray[np.floating]) -> "Mean":
        """Sums of an int[n] or float[n] array, exact for integers.

        Raises ValueError for NaN or infinity: leave out who has no amount, or count 0.
        """
        if np.issubdtype(amounts.dtype, np.integer):
            return _exact(amounts)
        values = amounts.astype(np.float64)
        if not np.isfinite(values).all():
            raise ValueError("amounts hold NaN or infinity")
        return cls(values.size, float(values.sum()), float(values @ values))

    @property
    def mean(self) -> float | None:
        """Average amount a person; None for nobody."""
        return self.total / self.n if self.n else None

    @property
    def variance(self) -> float | None:
        """Unbiased sample variance, at least 0; None below two people."""
        if self.n < 2:
            return None
        spread = self.n * self.total_squares - self.total * self.total
        return max(spread, 0) / (self.n * (self.n - 1))

    @property
    def squared_error(self) -> float | None:
        """Estimated variance of the mean; None below two people."""
        return None if self.variance is None else self.variance / self.n


def _exact(amounts: NDArray[Any]) -> Mean:
    """Sum in int64 where the squares cannot overflow it, in Python's integers elsewhere."""
    largest = max(abs(int(amounts.min(initial=0))), int(amounts.max(initial=0)))
    fits = largest * largest * amounts.size < 2**63
    values = amounts.astype(np.int64 if fits else np.object_)
    return Mean(amounts.size, int(values.sum()), int(np.square(values).sum()))
