"""Rows for learning and judging a predictor, cut in time and never at random.

A row is a person at a moment: inputs from what had happened by then, the outcome from after.
Learn from moments whose whole horizon ends before a date, judge on moments from that date on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from recommender.evaluation.populations import Population, everybody
from recommender.features._moments import DAY_US
from recommender.predictors import Learned, Predictor

EVERY_DAYS: Final = 14
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Dataset:
    """Rows in time order, then by person. Censored rows are left out.

    ``inputs`` float64[n, k] in the order of ``features`` (their keys), NaN = unknown;
    ``outcomes`` float64[n]; ``person`` int64[n]; ``moment_us`` int64[n].
    """

    inputs: Floats
    outcomes: Floats
    person: Ints
    moment_us: Ints
    features: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.outcomes)

    def column(self, feature: str) -> Floats:
        """float64[n] by key; ValueError for one that is not there."""
        return self.inputs[:, self.features.index(feature)]


def moments_between(start_at: datetime, end_at: datetime, every_days: int = EVERY_DAYS) -> Ints:
    """int64[m] microseconds: ``start_at`` and every so many days after, before ``end_at``."""
    return np.arange(_us(start_at), _us(end_at), every_days * DAY_US, dtype=np.int64)


def training_moments(predictor: Predictor, moments_us: Ints, before_at: datetime) -> Ints:
    """Those whose whole horizon ends before ``before_at``; also: whose label is complete then."""
    return moments_us[moments_us + predictor.horizon_days * DAY_US < _us(before_at)]


def inputs_at(predictor: Predictor, frame: EventFrame, as_of_us: int, people: Ints) -> Floats:
    """float64[m, k]; ``frame`` should be cut at the moment: that is faster, not other."""
    columns = [one.compute(frame, as_of_us, people) for one in predictor.features]
    return np.column_stack(columns)


def build_dataset(
    predictor: Predictor,
    frame: EventFrame,
    moments_us: Iterable[int],
    keep: Population = everybody,
) -> Dataset:
    """The units of every moment that ``keep`` accepts, with inputs as of then and outcomes."""
    parts = [_at(predictor, frame, int(moment), keep) for moment in sorted(moments_us)]
    return _joined(parts, tuple(one.key() for one in predictor.features))


def learn(predictor: Predictor, train: Dataset, seed: int = 0) -> Learned:
    """Fit on a data set; the rows are in time order, as ``Predictor.fit`` wants them."""
    return predictor.fit(train.inputs, train.outcomes, seed)


Part = tuple[Floats, Floats, Ints, Ints]


def _at(predictor: Predictor, frame: EventFrame, moment_us: int, keep: Population) -> Part:
    past = frame.until(moment_us)
    people = predictor.units(past, moment_us)
    people = people[keep(past, moment_us, people)]
    inputs = inputs_at(predictor, past, moment_us, people)
    outcomes = predictor.outcomes(frame, moment_us, people)
    known = ~np.isnan(outcomes)
    return inputs[known], outcomes[known], people[known], np.full(known.sum(), moment_us)


def _joined(parts: Sequence[Part], features: tuple[str, ...]) -> Dataset:
    nobody = (np.empty((0, len(features))), np.empty(0), np.empty(0, np.int64))
    columns = zip(*[(*nobody, np.empty(0, np.int64)), *parts], strict=True)
    inputs, outcomes, person, moment_us = (np.concatenate(column) for column in columns)
    return Dataset(inputs, outcomes, person, moment_us, features)


def _us(at: datetime) -> int:
    """Of an aware moment; ValueError for one without a zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return round(at.timestamp() * 1_000_000)
