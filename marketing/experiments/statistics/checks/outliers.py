"""Does the effect hang on a few large amounts?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marketing.experiments.statistics.difference import difference_in_means
from marketing.experiments.statistics.interval import Interval
from marketing.experiments.statistics.sufficient import Mean

Amounts = NDArray[np.integer[Any]] | NDArray[np.floating[Any]]

TOP_SHARE = 0.01
"""Share of all people whose amounts are moved to the limit.

Source: the usual 99th percentile of winsorised metrics (Kohavi, Tang and Xu, 2020, ch. 22).
"""


@dataclass(frozen=True, slots=True)
class OutlierCheck:
    """The effect as it is and with amounts above `limit` moved to it, in the amounts' unit.

    `n_moved` people of both groups lay above the limit.
    """

    effect: Interval
    winsorised: Interval
    limit: float
    n_moved: int

    @property
    def failed(self) -> bool:
        """Whether an effect that excludes 0 is all but gone, or points the other way, without the
        top `TOP_SHARE`: it is within half of its interval's half-width of 0, about one standard
        error. What excludes 0 only without the top hangs on nobody; an effect that does not exclude
        0 decides nothing, and its sign is chance.
        """
        towards = 1 if self.effect.estimate > 0 else -1
        left = towards * self.winsorised.estimate
        return self.effect.excludes_zero and left < self.winsorised.width / 4


def check_outliers(
    treated: Amounts, control: Amounts, top_share: float = TOP_SHARE, confidence: float = 0.95
) -> OutlierCheck | None:
    """Compare the effect with the one after winsorising the top of both groups together.

    int[n] or float[n], one amount a person, 0 who paid nothing. The limit is one for both
    groups: limits of their own would hide an effect on the top. It is an amount that somebody
    has. None as for `difference_in_means`, with and without the top: so too where fewer than
    `top_share` of the people have an amount at all. Raises ValueError for NaN or infinity, a
    share outside (0, 1) and a confidence outside (0, 1). Source: Tukey (1962), Annals of
    Mathematical Statistics 33:1-67, for winsorising.
    """
    if not 0 < top_share < 1:
        raise ValueError(f"top share {top_share} is not between 0 and 1")
    effect = difference_in_means(Mean.of(treated), Mean.of(control), confidence)
    if effect is None:
        return None
    everybody = np.concatenate([treated, control])
    limit = np.quantile(everybody, 1 - top_share, method="inverted_cdf")
    winsorised = difference_in_means(
        Mean.of(np.minimum(treated, limit)), Mean.of(np.minimum(control, limit)), confidence
    )
    if winsorised is None:
        return None
    return OutlierCheck(effect, winsorised, float(limit), int((everybody > limit).sum()))
