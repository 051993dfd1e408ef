"""How much the person spent on goal events, in cents."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from marketing.experiments.metrics import Metric
from marketing.experiments.statistics.difference import difference_in_means
from marketing.experiments.statistics.interval import Interval
from marketing.experiments.statistics.sufficient import Mean
from marketing.kernel.text import Text


class Revenue(Metric):
    """Reads the property ``price_cents``; a goal without it adds nothing."""

    label = Text("Revenue per person", "人均收入")
    unit = "money"

    @classmethod
    def per_person(cls, goals: EventFrame, rows: NDArray[np.int64], n: int) -> NDArray[np.float64]:
        spent = np.nan_to_num(goals.number("price_cents"))
        return np.bincount(rows, spent, minlength=n).astype(np.float64)

    @classmethod
    def summarise(cls, values: NDArray[np.float64]) -> Mean:
        return Mean.of(values)

    @classmethod
    def difference(cls, values: NDArray[np.float64], base: NDArray[np.float64]) -> Interval | None:
        return difference_in_means(cls.summarise(values), cls.summarise(base))
