"""What other ways to deal the arms would have brought, from the chances that were logged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from campaigns.answers import Answers
from marketing.experiments.models import Experiment
from marketing.experiments.propensities import propensities
from marketing.experiments.statistics.adaptive.off_policy import (
    Log,
    PolicyValue,
    Refused,
    doubly_robust,
    ips,
    snips,
)

Floats = NDArray[np.float64]


def policies(experiment: Experiment, answers: Answers) -> list[dict[str, Any]]:
    """One row a policy (always one arm, all arms evenly): its value a person by three estimators,
    each with its interval, or why the log cannot say it.
    """
    rows = np.flatnonzero(answers.mature)
    if not len(rows):
        return []
    chances = propensities(experiment, answers.seen)[rows]
    usable = chances[np.arange(len(rows)), answers.seen.arms[rows]] > 0
    rows, chances = rows[usable], chances[usable]
    if len(rows) < 2:
        return []
    log = Log(chances, answers.seen.arms[rows], answers.seen.values["goal"].y[rows])
    predicted = _predictions(log)
    shown = [(name, _target(log, weights)) for name, weights in _targets(experiment).items()]
    return [
        {"policy": name, "ips": _told(ips(log, target)), "snips": _told(snips(log, target)),
         "dr": _told(doubly_robust(log, target, predicted))}
        for name, target in shown
    ]  # fmt: skip


def _targets(experiment: Experiment) -> Mapping[str, Floats]:
    n_arms = len(experiment.arms)
    running = [arm for arm in range(n_arms) if experiment.weights[arm] > 0]
    found = {experiment.arms[arm]: np.eye(n_arms)[arm] for arm in running}
    return found | {"evenly": np.bincount(running, minlength=n_arms) / len(running)}


def _target(log: Log, weights: Floats) -> Floats:
    return np.tile(weights, (len(log.arms), 1))


def _predictions(log: Log) -> Floats:
    """float64[m, arms]: each arm's mean reward among the other half of the people."""
    half = np.arange(len(log.arms)) % 2 == 0
    found = np.zeros_like(log.propensities)
    for mine in (half, ~half):
        for arm in range(found.shape[1]):
            others = log.rewards[~mine & (log.arms == arm)]
            found[mine, arm] = others.mean() if len(others) else log.rewards[~mine].mean()
    return found


def _told(found: PolicyValue | Refused) -> dict[str, Any]:
    if isinstance(found, Refused):
        return {"refused": str(found.reason), "effective": found.effective_sample}
    interval = found.interval
    return {"value": interval.estimate, "low": interval.low, "high": interval.high,
            "effective": found.effective_sample}  # fmt: skip
