"""Did the person reach the goal at all?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from marketing.experiments.metrics import Metric
from marketing.experiments.statistics.difference import difference_in_proportions
from marketing.experiments.statistics.interval import Interval
from marketing.experiments.statistics.sufficient import Proportion
from marketing.kernel.text import Text


class Conversion(Metric):
    label = Text("Conversion", "转化率")
    unit = "percent_points"

    @classmethod
    def per_person(cls, goals: EventFrame, rows: NDArray[np.int64], n: int) -> NDArray[np.float64]:
        reached = np.zeros(n)
        reached[rows] = 1.0
        return reached

    @classmethod
    def summarise(cls, values: NDArray[np.float64]) -> Proportion:
        return Proportion.of(values > 0)

    @classmethod
    def difference(cls, values: NDArray[np.float64], base: NDArray[np.float64]) -> Interval | None:
        return difference_in_proportions(cls.summarise(values), cls.summarise(base))
