"""The registry of predictors: each says who is scored, what is learned, and of what kind it is.

A member is stateless; what it learned is a ``Learned`` value (plain arrays and text, never a
pickle), so saving, loading and rolling back are file operations on an immutable artefact.
Laws: a probability lies in [0, 1]; a planted signal is found; the same seed gives the same model;
save and load change no score; a refit forgets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from marketing.kernel.registry import Registry
from marketing.kernel.text import Text
from recommender.features import Feature


class Kind(StrEnum):
    """What a score is; each kind has its law."""

    PROBABILITY = "probability"
    COUNT = "count"
    MONEY = "money"


@dataclass(frozen=True)
class Learned:
    """What a fit leaves behind: named arrays and named texts."""

    arrays: Mapping[str, NDArray[np.generic]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


class Predictor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contract. ``fit`` and ``score`` may import heavy libraries, inside themselves only."""

    kind: ClassVar[Kind]
    label: ClassVar[Text]
    features: ClassVar[tuple[Feature, ...]]
    # What ``units`` and ``outcomes`` read beyond the features.
    reads: ClassVar[tuple[str, ...]]
    numbers: ClassVar[tuple[str, ...]] = ()
    texts: ClassVar[tuple[str, ...]] = ()
    horizon_days: ClassVar[int]
    # Attributes that no feature may read; fairness reports compare the scores by them.
    sensitive: ClassVar[tuple[str, ...]] = ()

    def units(self, frame: EventFrame, as_of_us: int) -> NDArray[np.int64]:
        """int64[m]: the people to score at that moment, sorted, unique."""
        raise NotImplementedError

    def outcomes(
        self, frame: EventFrame, as_of_us: int, people: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """float64[m]: what happened within ``horizon_days``; NaN = censored."""
        raise NotImplementedError

    def fit(self, inputs: NDArray[np.float64], outcomes: NDArray[np.float64], seed: int) -> Learned:
        """``inputs`` float64[n, k] in the order of ``features``, rows in time order."""
        raise NotImplementedError

    def score(self, learned: Learned, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """float64[n]."""
        raise NotImplementedError


PREDICTORS: Registry[Predictor] = Registry(__name__, Predictor, "predictor")
