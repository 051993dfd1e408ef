"""Who is about to leave a course.

A unit is a person with an open, started enrolment; it happened if the person withdraws from any
of those within 28 days. A person with an open enrolment whose withdrawal has no date is censored.
Nothing about who the person is (gender, age, region, disability) is read: only what they did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.events.types import EventFrame
from marketing.kernel.errors import Invalid
from marketing.kernel.text import Text
from recommender.features import Feature
from recommender.features._by_person import ByPerson, find
from recommender.features._enrolments import (
    RUN_EVENTS,
    RUN_TEXTS,
    WITHDRAWN,
    Enrolments,
    enrolments,
    events_of,
    pair,
    runs,
)
from recommender.features._moments import DAY_US
from recommender.features.behind_peers import BehindPeers
from recommender.features.credits import Credits
from recommender.features.days_late_mean import DaysLateMean
from recommender.features.days_since_last_event import DaysSinceLastEvent
from recommender.features.days_to_end import DaysToEnd
from recommender.features.enrolment_age_days import EnrolmentAgeDays
from recommender.features.event_count import EventCount
from recommender.features.last_score import LastScore
from recommender.features.mean_score import MeanScore
from recommender.features.missed_assessments import MissedAssessments
from recommender.features.missing_work import MissingWork
from recommender.features.overdue_share import OverdueShare
from recommender.features.peers_withdrawal_rate import PeersWithdrawalRate
from recommender.features.previous_attempts import PreviousAttempts
from recommender.features.prior_withdrawals import PriorWithdrawals
from recommender.features.registered_before_start_days import RegisteredBeforeStartDays
from recommender.predictors import Kind, Learned, Predictor
from recommender.predictors._platt import apply_platt, fit_platt

if TYPE_CHECKING:
    from lightgbm import Booster

MODEL: Final = "booster"
CALIBRATION: Final = "calibration"
GAIN: Final = "gain"
# The newest fifth of the rows calibrates a booster that has not seen it.
CALIBRATED_BY: Final = 0.2
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Churn(Predictor, frozen=True):
    """Gradient-boosted trees (Ke et al., NeurIPS 2017), calibrated by Platt's sigmoid."""

    kind: ClassVar[Kind] = Kind.PROBABILITY
    label: ClassVar[Text] = Text("Risk of leaving a course", "退课风险")
    features: ClassVar[tuple[Feature, ...]] = (
        DaysSinceLastEvent(), EventCount(), EnrolmentAgeDays(), DaysToEnd(),
        RegisteredBeforeStartDays(), PreviousAttempts(), Credits(), PriorWithdrawals(),
        PeersWithdrawalRate(), MeanScore(), LastScore(), DaysLateMean(), OverdueShare(),
        MissedAssessments(), MissingWork(), BehindPeers(),
    )  # fmt: skip
    reads: ClassVar[tuple[str, ...]] = RUN_EVENTS
    numbers: ClassVar[tuple[str, ...]] = ("withdrawal_undated",)
    texts: ClassVar[tuple[str, ...]] = RUN_TEXTS
    horizon_days: ClassVar[int] = 28
    sensitive: ClassVar[tuple[str, ...]] = ("gender", "disability", "deprivation_band", "age_band")

    trees: Annotated[int, msgspec.Meta(ge=1)] = 100
    leaves: Annotated[int, msgspec.Meta(ge=2)] = 8
    learning_rate: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.08

    def units(self, frame: EventFrame, as_of_us: int) -> Ints:
        held = enrolments(frame, as_of_us)
        return np.unique(held.person[held.is_open])

    def outcomes(self, frame: EventFrame, as_of_us: int, people: Ints) -> Floats:
        """1 = withdrew in (as_of, as_of + 28 days]; NaN also for who is no unit."""
        held = enrolments(frame, as_of_us)
        place, left = self._leaving(frame, as_of_us, held)
        happened = np.zeros(len(held.key))
        happened[place[left]] = 1.0
        by_person = ByPerson(people, held.person[held.is_open])
        undated = np.nan_to_num(frame.number("withdrawal_undated"))[held.row][held.is_open]
        unknown = by_person.total(undated) > 0
        return np.where(unknown, np.nan, by_person.largest(happened[held.is_open]))

    def fit(self, inputs: Floats, outcomes: Floats, seed: int) -> Learned:
        """Texts ``booster``; arrays ``calibration`` float64[2], ``gain`` float64[k] (shares).

        Raises Invalid without rows.
        """
        if not len(inputs):
            raise Invalid("There is nobody to learn from", fix="Choose a longer data window.")
        happened = outcomes > 0.5
        newest = max(int(len(inputs) * (1 - CALIBRATED_BY)), 1)
        earlier = self._boost(inputs[:newest], happened[:newest], seed)
        fitted = fit_platt(_log_odds(earlier, inputs[newest:]), happened[newest:])
        booster = self._boost(inputs, happened, seed)
        gain = np.asarray(booster.feature_importance("gain"), np.float64)
        arrays = {CALIBRATION: fitted, GAIN: gain / max(gain.sum(), 1e-12)}
        return Learned(arrays, {MODEL: booster.model_to_string()})

    def score(self, learned: Learned, inputs: Floats) -> Floats:
        from lightgbm import Booster

        booster = Booster(model_str=learned.texts[MODEL])
        fitted = np.asarray(learned.arrays[CALIBRATION], np.float64)
        return apply_platt(_log_odds(booster, inputs), fitted)

    def _leaving(
        self, frame: EventFrame, as_of_us: int, held: Enrolments
    ) -> tuple[Ints, NDArray[np.bool_]]:
        """For each withdrawal within the horizon its enrolment, and whether it has one."""
        until_us = as_of_us + self.horizon_days * DAY_US
        row = np.flatnonzero(events_of(frame, until_us, WITHDRAWN) & (frame.at_us > as_of_us))
        return find(held.key, pair(frame.person[row], runs(frame, 0)[row]))

    def _boost(self, inputs: Floats, happened: NDArray[np.bool_], seed: int) -> Booster:
        from lightgbm import Dataset, train

        settings = {
            "objective": "binary", "learning_rate": self.learning_rate, "num_leaves": self.leaves,
            "min_data_in_leaf": int(np.clip(len(inputs) // 500, 5, 200)), "feature_fraction": 0.7,
            "bagging_fraction": 0.8, "bagging_freq": int(len(inputs) >= 100), "seed": seed,
            "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbosity": -1,
        }  # fmt: skip
        return train(settings, Dataset(inputs, happened.astype(np.float64)), self.trees)


def _log_odds(booster: Booster, inputs: Floats) -> Floats:
    if not len(inputs):
        return np.empty(0)
    raw = booster.predict(inputs, raw_score=True, num_threads=1)
    return np.asarray(raw, dtype=np.float64)
