"""How good a predicted probability is: is it true on average, and does it rank?

Throughout, `predicted` is float[n] in [0, 1] and `happened` bool[n]. Every function raises
ValueError for lengths that differ, a prediction outside [0, 1] or NaN, and answers that
are not bool.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy
from scipy.stats import rankdata

Floats = NDArray[np.floating]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """`n` people of neighbouring predictions: mean prediction and share that came true."""

    predicted: float
    observed: float
    n: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """`error`: mean gap between prediction and truth in [0, 1]; `bins` from low to high."""

    error: float
    bins: tuple[CalibrationBin, ...]


def brier_score(predicted: Floats, happened: Bools) -> float | None:
    """Mean squared error in [0, 1], lower is better; None for nobody. Source: Brier (1950)."""
    _check(predicted, happened)
    return float(np.mean((predicted - happened) ** 2)) if len(predicted) else None


def log_loss(predicted: Floats, happened: Bools) -> float | None:
    """Mean negative log-likelihood in nats, at least 0, lower is better; None for nobody.

    Predictions are kept 2.2e-16 away from 0 and 1, so one sure mistake costs 36, not infinity.
    """
    _check(predicted, happened)
    if not len(predicted):
        return None
    edge = np.finfo(np.float64).eps
    sure = np.clip(predicted.astype(np.float64), edge, 1 - edge)
    return float(-np.mean(xlogy(happened, sure) + xlogy(~happened, 1 - sure)))


def calibration(predicted: Floats, happened: Bools, n_bins: int = 10) -> Calibration | None:
    """Expected calibration error over bins of equal numbers of people; None for nobody.

    Equal predictions share a bin, so bins differ in size (and some fall away) when many are
    equal, and the order of people does not matter. Raises ValueError below one bin.
    Source: Nguyen and O'Connor, EMNLP 2015 (equal-mass bins); Naeini et al., AAAI 2015 (ECE).
    """
    _check(predicted, happened)
    if n_bins < 1:
        raise ValueError(f"{n_bins} bins")
    if not len(predicted):
        return None
    place = ((rankdata(predicted) - 0.5) / len(predicted) * n_bins).astype(np.int64)
    sizes = np.bincount(place, minlength=n_bins)
    said = np.bincount(place, predicted, n_bins)
    came = np.bincount(place, happened, n_bins)
    bins = tuple(
        CalibrationBin(float(said[i] / n), float(came[i] / n), int(n))
        for i, n in enumerate(sizes)
        if n
    )
    return Calibration(float(np.abs(said - came).sum() / len(predicted)), bins)


def roc_auc(predicted: Floats, happened: Bools) -> float | None:
    """Chance in [0, 1] that who converted was ranked above who did not, ties counting half.

    None unless both kinds are present. Source: Mann and Whitney (1947) by mid-ranks.
    """
    _check(predicted, happened)
    positives = int(np.count_nonzero(happened))
    negatives = len(happened) - positives
    if not positives or not negatives:
        return None
    wins = rankdata(predicted)[happened].sum() - positives * (positives + 1) / 2
    return float(wins / (positives * negatives))


def average_precision(predicted: Floats, happened: Bools) -> float | None:
    """Area under precision-recall as a step function, in (0, 1]; None if nobody converted.

    Its level for a random ranking is the base rate. Source: sum over thresholds of the gain
    in recall times the precision there, equal predictions being one threshold.
    """
    _check(predicted, happened)
    if not happened.any():
        return None
    order = np.argsort(-predicted, kind="stable")
    ranked = predicted[order]
    last = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    hits = np.cumsum(happened[order])[last]
    return float(np.sum(np.diff(hits, prepend=0) * hits / (last + 1)) / hits[-1])


def _check(predicted: Floats, happened: Bools) -> None:
    if predicted.shape != happened.shape or predicted.ndim != 1:
        raise ValueError(f"predictions {predicted.shape} for answers {happened.shape}")
    if happened.dtype != np.bool_:
        raise ValueError(f"answers are {happened.dtype}, not bool")
    if len(predicted) and not (predicted.min() >= 0 and predicted.max() <= 1):
        raise ValueError("a prediction is NaN or outside [0, 1]")
