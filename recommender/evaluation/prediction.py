"""How good predicted probabilities are beside two answers that need no model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from recommender.evaluation.temporal import Dataset
from recommender.features import Feature
from recommender.predictors import Learned, Predictor

if TYPE_CHECKING:
    from marketing.experiments.statistics.calibration import CalibrationBin

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Quality:
    """Each as ``marketing.experiments.statistics.calibration`` defines it; None = undefined."""

    auc: float | None
    average_precision: float | None
    brier: float | None
    log_loss: float | None
    calibration_error: float | None


@dataclass(frozen=True)
class PredictionReport:
    """On ``units`` rows of which ``positives`` happened.

    ``base_rate``: everybody gets the training rows' rate. ``one_feature``: a logistic regression
    on the single feature ``baseline``. ``bins``: the model's calibration. ``importances``:
    (feature, share of the gain), largest first; empty if the predictor keeps none.
    """

    units: int
    positives: int
    model: Quality
    base_rate: Quality
    one_feature: Quality
    baseline: str
    bins: tuple[CalibrationBin, ...]
    importances: tuple[tuple[str, float], ...]


def evaluate_predictor(
    predictor: Predictor, learned: Learned, train: Dataset, test: Dataset, baseline: Feature
) -> PredictionReport:
    """``learned`` from ``train``, judged on ``test``; ``baseline`` is one of its features.

    Raises ValueError when the predictor has no such feature.
    """
    from marketing.experiments.statistics.calibration import calibration

    happened = test.outcomes > 0.5
    said = predictor.score(learned, test.inputs)
    rate = np.full(len(test), train.outcomes.mean() if len(train) else 0.0)
    single = _one_feature(train, test, baseline.key())
    found = calibration(said, happened)
    return PredictionReport(
        len(test), int(happened.sum()),
        quality(said, happened), quality(rate, happened), quality(single, happened),
        baseline.key(), found.bins if found else (), _importances(learned, test.features),
    )  # fmt: skip


def quality(said: Floats, happened: NDArray[np.bool_]) -> Quality:
    """Of probabilities float64[n] in [0, 1] and what came true."""
    from marketing.experiments.statistics.calibration import (
        average_precision,
        brier_score,
        calibration,
        log_loss,
        roc_auc,
    )

    found = calibration(said, happened)
    return Quality(
        roc_auc(said, happened), average_precision(said, happened), brier_score(said, happened),
        log_loss(said, happened), found.error if found else None,
    )  # fmt: skip


def _one_feature(train: Dataset, test: Dataset, feature: str) -> Floats:
    """Logistic regression on the standardised column; NaN becomes the training mean."""
    from sklearn.linear_model import LogisticRegression

    seen = train.column(feature)
    mean, spread = float(np.nanmean(seen)), float(np.nanstd(seen)) or 1.0
    known, asked = (
        (np.nan_to_num(column, nan=mean)[:, None] - mean) / spread
        for column in (seen, test.column(feature))
    )
    model = LogisticRegression().fit(known, train.outcomes > 0.5)
    return np.asarray(model.predict_proba(asked)[:, 1], dtype=np.float64)


def _importances(learned: Learned, features: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    """From the array ``gain`` float64[k] that a tree model leaves."""
    gain = np.asarray(learned.arrays.get("gain", ()), dtype=np.float64)
    pairs = zip(features, gain.tolist(), strict=False)
    return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))
