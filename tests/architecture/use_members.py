"""A program: uses the member ``added`` of every registry and prints what came of it, as JSON."""

from __future__ import annotations

import importlib
import json
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import django

django.setup()

import msgspec  # noqa: E402
import numpy as np  # noqa: E402
from django.core.exceptions import ValidationError  # noqa: E402

from campaigns.actions import Message  # noqa: E402
from campaigns.models import Variant  # noqa: E402
from marketing.conditions.parse import parse  # noqa: E402
from marketing.conditions.types import Column, Ref, TraitSpec  # noqa: E402
from marketing.events import warehouse  # noqa: E402
from marketing.events.log import LogRow  # noqa: E402
from marketing.events.scans import Source  # noqa: E402
from marketing.events.surprises import Day  # noqa: E402
from marketing.experiments.exposed import Exposed  # noqa: E402
from marketing.experiments.measuring import measure_people  # noqa: E402
from marketing.experiments.metrics import Definition  # noqa: E402
from marketing.imports.mapping import guess  # noqa: E402
from marketing.imports.rows import Row  # noqa: E402
from marketing.imports.types import Setting  # noqa: E402
from marketing.personas.engine import Run, compute  # noqa: E402
from marketing.personas.rows import everybody  # noqa: E402
from marketing.personas.traits import Moment  # noqa: E402
from recommender.asking import parse as parse_question  # noqa: E402
from recommender.insights import Moment as Asked  # noqa: E402
from recommender.rankers import Histories  # noqa: E402
from tests.architecture.house import REGISTRIES  # noqa: E402

NOW = datetime(2024, 6, 1, tzinfo=UTC)
UTC_ZONE = ZoneInfo("UTC")
members = {
    package: getattr(importlib.import_module(package), name).get("added")
    for package, name in REGISTRIES.items()
}
nobody = np.empty(0, np.int32)


class Plans:
    def column(self, ref: Ref) -> Column:
        return Column("professional", True) if ref == Ref("attribute", "plan") else Column(1, False)


def source() -> Source:
    rows = [LogRow(0, i, f"m{i}", 1, "track", "A", i, i, "{}") for i in range(3)]
    return Source(None, warehouse.as_table(rows), {})


def trait() -> object:
    run = Run(source(), Moment(NOW, UTC_ZONE), everybody(3))
    specs = {"t": TraitSpec(function="added", events=("A",))}
    return np.asarray(compute(run, specs)["t"].values).tolist()


def goals() -> object:
    """Of three people in the log, exposed as the first of their events happened."""
    everyone = np.arange(3)
    who = Exposed(everyone, everyone, everyone, everyone)
    wanted = {"goal": Definition(kind="added", event="A", days=1)}
    return measure_people(source(), who, wanted).values["goal"].y.tolist()


def holds(leaf: object) -> object:
    return parse({"version": 1, "condition": leaf}).evaluate(Plans())


def action() -> object:
    Variant(action="added", parameters={"points": 5}).clean()
    try:
        Variant(action="added", parameters={"point": 5}).clean()
    except ValidationError as error:
        return sorted(error.message_dict)
    return None


plan_leaf = {"type": "added", "op": "eq", "value": "professional"}
starts_leaf = {"type": "attribute", "name": "plan", "op": "added", "value": "pro"}
coin = members["recommender.predictors"]()
ranker = members["recommender.rankers"]()
histories = Histories(nobody, np.zeros(1, np.int64), 3)
answers = {
    "marketing.personas.traits": trait(),
    "marketing.personas.parts": members["marketing.personas.parts"]
    .of(np.array([300]), nobody)
    .tolist(),
    "marketing.personas.engines": members["marketing.personas.engines"](
        Source(None, warehouse.as_table([]), {})
    ).dialect,
    "marketing.events.surprises": [
        each.times
        for each in members["marketing.events.surprises"].on_day(Day(NOW.date(), {"A": [3]}, []))
    ],
    "marketing.conditions.operators": holds(starts_leaf),
    "marketing.conditions.criteria": holds(plan_leaf),
    "marketing.experiments.metrics": goals(),
    "segments.learning.clusterers": members["segments.learning.clusterers"]()
    .fit(np.array([[0.0], [1.0], [9.0]]), 0)
    .labels.tolist(),
    "recommender.features": len(members["recommender.features"]().compute(None, 0, np.arange(4))),
    "recommender.predictors": coin.score(
        coin.fit(np.empty((2, 0)), np.array([0.0, 1.0]), 0), np.empty((1, 0))
    ).tolist(),
    "recommender.rankers": ranker.scores(ranker.fit(histories, 0), nobody).tolist(),
    "recommender.insights": msgspec.to_builtins(
        parse_question("added", {"event": "A"}).answer(source(), Asked(NOW, UTC_ZONE))
    ),
    "campaigns.guards": members["campaigns.guards"]()
    .check(Plans(), 3, NOW, UTC_ZONE)
    .passes.tolist(),
    "campaigns.actions": action(),
    "campaigns.channels": members["campaigns.channels"]()
    .send(1, Message("k", "", ""), NOW)
    .details,
    "marketing.imports.kinds": [
        members["marketing.imports.kinds"].parse(Row(2, {"name": "Ann"}, Setting(NOW, UTC_ZONE))),
        guess(members["marketing.imports.kinds"], ["姓名"]),
    ],
}
sys.stdout.write(json.dumps(answers))
