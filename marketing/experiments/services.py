"""What changes experiments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from marketing.experiments.models import Experiment, Exposure
from marketing.kernel.text import Text


def define(
    key: str,
    label: Text,
    arms: Sequence[str],
    weights: Sequence[float],
    goal: tuple[str, int],
    now: datetime,
    *,
    planned_days: int = 14,
    simulated: bool = False,
) -> Experiment:
    """Create or update; ``goal`` is (event name, window in days). The start stays the first one.

    ``planned_days``: who is exposed within so many days, at least 1, counts in the verdict.
    """
    if planned_days < 1:
        raise ValueError(f"an experiment of {planned_days} days")
    said = {
        "name": label.en,
        "name_zh": label.zh,
        "arms": list(arms),
        "weights": list(weights),
        "goal_event": goal[0],
        "goal_days": goal[1],
        "planned_days": planned_days,
        "simulated": simulated,
    }
    experiment, _created = Experiment.objects.update_or_create(
        key=key, defaults=said, create_defaults=said | {"started_at": now}
    )
    return experiment


def expose(experiment_id: int, person_id: int, arm: int, now: datetime) -> None:
    """The first exposure counts; later ones change nothing."""
    Exposure.objects.get_or_create(
        experiment_id=experiment_id,
        person_id=person_id,
        defaults={"arm": arm, "exposed_at": now},
    )
