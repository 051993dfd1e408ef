"""From a model's log-odds to probabilities that are true on average."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STEPS = 50
TINY = 1e-9


def fit_platt(log_odds: Floats, happened: NDArray[np.bool_]) -> Floats:
    """float64[2] (slope, intercept) for float64[n] log-odds; (1, 0) where there is nobody.

    Maximum likelihood by Newton's steps against targets that are pulled a little inwards, so one
    class alone has an answer. A slope that would turn the order round is held at 1.
    Source: Platt (1999); Lin, Lin and Weng, Machine Learning 68 (2007).
    """
    if not len(log_odds):
        return np.array([1.0, 0.0])
    positives = int(np.count_nonzero(happened))
    low, high = 1 / (len(happened) - positives + 2), (positives + 1) / (positives + 2)
    target = np.where(happened, high, low)
    found = _newton(np.column_stack([log_odds, np.ones_like(log_odds)]), target, np.zeros(1))
    if found[0] > 0:
        return found
    shift = _newton(np.ones((len(log_odds), 1)), target, log_odds)
    return np.array([1.0, shift[0]])


def apply_platt(log_odds: Floats, fitted: Floats) -> Floats:
    """float64[n] in [0, 1]."""
    return _sigmoid(fitted[0] * log_odds + fitted[1])


def _newton(inputs: Floats, target: Floats, offset: Floats) -> Floats:
    """Logistic regression with an offset, float64[k]; a little ridge keeps it solvable."""
    weights = np.zeros(inputs.shape[1])
    for _ in range(STEPS):
        predicted = _sigmoid(inputs @ weights + offset)
        spread = predicted * (1 - predicted)
        hessian = (inputs * spread[:, None]).T @ inputs + TINY * np.eye(len(weights))
        step = np.linalg.solve(hessian, inputs.T @ (target - predicted) - TINY * weights)
        weights += np.clip(step, -5, 5)
        if np.abs(step).max() < TINY:
            break
    return weights


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(x / 2)), dtype=np.float64)
