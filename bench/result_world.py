"""A world for results: everybody exposed in four arms and three epochs, twelve metrics.

Exposures fall into the fourteen days that begin 28 days before now, so that every window of
fourteen days is over and every window before the exposure has events.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection, transaction

from bench import world
from marketing.events.scans import Source
from marketing.experiments.exposed import Exposed
from marketing.experiments.metrics import Definition
from marketing.experiments.models import Epoch, Experiment, MetricDefinition
from marketing.experiments.types import GOAL, MONEY
from marketing.kernel.local_days import DAY_US
from marketing.kernel.moments import microseconds, moment

ARMS, EPOCHS, PLANNED, WINDOW = 4, 3, 14, 14
# So many days of events, of which the windows touch 42.
DAYS = 60
WEIGHTS = (0.1, 0.3, 0.3, 0.3)
START_US = microseconds(world.NOW) - (PLANNED + WINDOW) * DAY_US
_CHUNK = 100_000


def _one(kind: str, event: str, days: int = WINDOW, **more: Any) -> Definition:
    return Definition(kind=kind, event=event, days=days, **more)


DEFINITIONS = {
    "goal": _one("conversion", "Order Completed"),
    "revenue": _one("revenue", "Order Completed"),
    "spent-capped": _one("revenue", "Order Completed", cap_percentile=99.0),
    "orders": _one("count", "Order Completed", 7),
    "days-to-order": _one("time_to_event", "Order Completed", lower_is_better=True),
    "in-cart": _one("revenue", "Product Added", 7),
    "views": _one("count", "Course Viewed"),
    "back": _one("retention", "Course Viewed", from_day=7),
    "seconds": _one("percentile", "Course Viewed", amount="seconds", percentile=90.0),
    "lessons": _one("count", "Lesson Completed", 7),
    "lessons-per-view": _one("ratio", "Lesson Completed", per_event="Course Viewed"),
    "progressed": _one("conversion", "Lesson Progressed", 7),
}


def built(folder: Path, people: int, events: int) -> Source:
    made = world.build(folder, people, events, DAYS)
    return Source(made.table(), made.newest.slice(0, 0), {})


def everybody(people: int) -> Exposed:
    """Ordinals 1 to ``people``, in no order of time."""
    rng = np.random.default_rng(world.SEED)
    since = START_US + rng.integers(0, PLANNED * DAY_US, people)
    return Exposed(
        people=np.arange(1, people + 1),
        arms=rng.choice(ARMS, people, p=WEIGHTS),
        epochs=(since - START_US) * EPOCHS // (PLANNED * DAY_US),
        since=since,
    )


def written(who: Exposed) -> Experiment:
    """The same exposures as rows of the database; people are not needed to read them."""
    experiment = Experiment.objects.create(
        key="bench", name="bench", arms=[f"arm {i}" for i in range(ARMS)], weights=list(WEIGHTS),
        goal_event="Order Completed", goal_days=WINDOW, started_at=moment(START_US),
    )  # fmt: skip
    insert = (
        "INSERT INTO experiments_exposure (experiment_id, person_id, arm, epoch, exposed_at) "
        "VALUES (%s, %s, %s, %s, %s)"
    )
    for number in range(EPOCHS):
        Epoch.objects.create(
            experiment=experiment, number=number, started_at=moment(START_US),
            weights=list(WEIGHTS),
        )  # fmt: skip
    for key, each in DEFINITIONS.items():
        if key not in (GOAL, MONEY):
            MetricDefinition.objects.create(key=key, name=key, **asdict(each))
    connection.disable_constraint_checking()
    with transaction.atomic(), connection.cursor() as sql:
        for first in range(0, len(who), _CHUNK):
            cut = slice(first, first + _CHUNK)
            columns = [each[cut].tolist() for each in (who.people, who.arms, who.epochs)]
            at = [_text(each) for each in who.since[cut].tolist()]
            rows = zip([experiment.pk] * len(at), *columns, at, strict=True)
            sql.executemany(insert, list(rows))
    return experiment


def _text(at_us: int) -> str:
    """As Django writes a moment into SQLite."""
    return str(datetime.fromtimestamp(at_us / 1e6, UTC).replace(tzinfo=None))
