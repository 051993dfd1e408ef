"""Do two experiments that run at once change each other's effects?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc

from marketing.experiments.statistics.interval import Interval, normal_quantile
from marketing.experiments.statistics.ratio_mismatch import MIN_EXPECTED
from marketing.experiments.statistics.sufficient import Mean, Proportion

INTERACTION_P = 0.001
"""Below this two experiments interact.

As strict as the split's threshold, for the same reason: it is asked of every pair of
experiments that share people, and most pairs do not interact (Kohavi, Tang and Xu, 2020, ch. 4).
"""


@dataclass(frozen=True, slots=True)
class InteractionCheck:
    """`differences[i][j]`: the effect of the first's arm i + 1 under the second's arm j + 1,
    minus the same effect under the second's control, in the outcome's unit.

    `chi_square` with `degrees_of_freedom` asks whether all are 0. For two arms each it is z².
    """

    differences: tuple[tuple[Interval, ...], ...]
    chi_square: float
    degrees_of_freedom: int
    p_value: float

    @property
    def failed(self) -> bool:
        """Whether they interact: `p_value` below `INTERACTION_P`."""
        return self.p_value < INTERACTION_P


def check_interaction(
    cells: Sequence[Sequence[Mean]] | Sequence[Sequence[Proportion]], confidence: float = 0.95
) -> InteractionCheck | None:
    """Differences in differences over the arms of two experiments.

    `cells[i][j]` holds the people in arm i of the first and j of the second, controls first;
    at least 2 x 2. None where a cell has fewer than two people or amounts that do not differ,
    or, of proportions, fewer than 5 successes or failures: the normal approximation is poor
    then. Raises ValueError for a table of another shape and a confidence outside (0, 1).
    Source: Wald's test of the contrasts of independent cell means.
    """
    z = normal_quantile(confidence)
    k, n = len(cells), len(cells[0]) if cells else 0
    if k < 2 or n < 2 or any(len(row) != n for row in cells):
        raise ValueError("cells are not a table of at least 2 by 2")
    found = [_mean_and_error(cell) for row in cells for cell in row]
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        return None
    means, variances = np.array(known).T
    contrasts = np.kron(_against_first(k), _against_first(n))
    gaps, covariance = contrasts @ means, (contrasts * variances) @ contrasts.T
    chi_square = float(gaps @ np.linalg.solve(covariance, gaps))
    errors = np.sqrt(np.diag(covariance))
    intervals = [
        Interval(float(g), float(g - z * e), float(g + z * e), confidence)
        for g, e in zip(gaps, errors, strict=True)
    ]
    freedom = (k - 1) * (n - 1)
    rows = tuple(tuple(intervals[i : i + n - 1]) for i in range(0, freedom, n - 1))
    return InteractionCheck(rows, chi_square, freedom, float(chdtrc(freedom, chi_square)))


def _against_first(arms: int) -> NDArray[np.float64]:
    """float[arms - 1, arms]: each arm minus the control."""
    contrasts: NDArray[np.float64] = np.eye(arms)[1:] - np.eye(arms)[0]
    return contrasts


def _mean_and_error(cell: Mean | Proportion) -> tuple[float, float] | None:
    """Mean and its squared standard error; None where the data cannot say."""
    if isinstance(cell, Proportion):
        if min(cell.successes, cell.n - cell.successes) < MIN_EXPECTED:
            return None
        cell = cell.amounts
    if cell.mean is None or not cell.squared_error:
        return None
    return cell.mean, cell.squared_error
