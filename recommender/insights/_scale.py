"""The scale on which a series is modelled, and the way back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """Square roots for what is never negative, the values themselves otherwise.

    The root makes the spread of counts even (Bartlett, 1936). It is monotone, so medians and
    quantiles are carried back exactly; an interval that would reach below zero ends at zero.
    """

    is_root: bool

    @classmethod
    def of(cls, values: Floats) -> Scale:
        return cls(bool((values >= 0).all()))

    def to(self, values: Floats) -> Floats:
        return np.sqrt(values) if self.is_root else values

    def back(self, values: Floats) -> Floats:
        return np.square(np.maximum(values, 0.0)) if self.is_root else values
