"""All that a result's figures are computed from, as JSON: sums, never people.

``docs/experiments/recompute.py`` computes every figure again from it, by code of its own.
"""

from __future__ import annotations

from typing import Any

import msgspec

from marketing.experiments.models import Experiment, Look
from marketing.experiments.types import stored
from marketing.experiments.verdict import verdict

FORMAT = 1


def export(experiment: Experiment) -> dict[str, Any]:
    """``shown`` stands beside what it was computed from. Without a result: no metrics."""
    result = stored(experiment)
    return {
        "format": FORMAT,
        "experiment": {
            "key": experiment.key,
            "name": experiment.name,
            "arms": experiment.arms,
            "control": experiment.control,
            "method": experiment.method,
            "goal_event": experiment.goal_event,
            "goal_days": experiment.goal_days,
            "planned_days": experiment.planned_days,
            "started_at": experiment.started_at.isoformat(),
            "shares_followed_answers": experiment.allocation is not None,
            "chances_were_personal": experiment.is_personal,
            "holdout_is_control": experiment.control == 0,
            "simulated": experiment.simulated,
        },
        "epochs": [
            {"number": each.number, "started_at": each.started_at.isoformat(),
             "weights": each.weights}
            for each in experiment.epochs.all()
        ],
        "as_of": experiment.result_at.isoformat() if experiment.result_at else None,
        "result": msgspec.to_builtins(result) if result else None,
        "looks": [_look(each) for each in experiment.looks.all()],
        "verdict": _verdict(experiment),
    }  # fmt: skip


def _look(look: Look) -> dict[str, Any]:
    names = ("share", "spent", "information", "treated", "holdout", "bound", "estimate", "z",
             "low", "high", "money", "money_low", "money_high", "better", "is_last", "arms",
             "sums", "method", "shape", "percentile", "control", "is_steered",
             "lower_is_better")  # fmt: skip
    return {"day": look.day.isoformat(), **{name: getattr(look, name) for name in names}}


def _verdict(experiment: Experiment) -> dict[str, Any]:
    found = verdict(experiment)
    return {
        "say": found.say,
        "best": None if found.best is None else experiment.arms[found.best],
        "extra_people": found.extra and list(found.extra),
        "extra_money": found.extra_money and list(found.extra_money),
    }
