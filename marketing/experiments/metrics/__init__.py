"""The registry of metrics: what one exposed person did within the goal window.

Law: parts add up to the whole (the statistic of two groups is the sum of theirs).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from marketing.experiments.statistics.interval import Interval
from marketing.experiments.statistics.sufficient import Mean, Proportion
from marketing.kernel.registry import Registry
from marketing.kernel.text import Text


class Metric:
    """The contract."""

    label: ClassVar[Text]
    unit: ClassVar[str]  # "percent_points" or "money"

    @classmethod
    def per_person(cls, goals: EventFrame, rows: NDArray[np.int64], n: int) -> NDArray[np.float64]:
        """float64[n]: a value per exposed person; ``rows`` int64[len(goals)] says whose goal."""
        raise NotImplementedError

    @classmethod
    def summarise(cls, values: NDArray[np.float64]) -> Proportion | Mean:
        """Sufficient statistics of some people's values."""
        raise NotImplementedError

    @classmethod
    def difference(cls, values: NDArray[np.float64], base: NDArray[np.float64]) -> Interval | None:
        """Treated minus control per person, 95 %; None where it means nothing."""
        raise NotImplementedError


METRICS: Registry[Metric] = Registry(__name__, Metric, "metric")
