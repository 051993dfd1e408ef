"""The law of every engine: the same plan has the same answers."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketing.conditions.types import TraitSpec
from marketing.events import warehouse
from marketing.events.models import Event
from marketing.events.scans import Source
from marketing.people.models import Person
from marketing.personas.cleaning import Cleaning
from marketing.personas.engine import Run, compute
from marketing.personas.engines import ENGINES
from marketing.personas.rebuilding import differing
from marketing.personas.rows import everybody, only
from marketing.personas.traits import TRAITS, Moment
from tests.conformance.streams import LISTS, MOMENTS, ZONES, Said, rows, specs, streams

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
]
SIZE = 5
ANY_SPEC = st.sampled_from(list(TRAITS)).flatmap(specs)
CLEAN = st.sampled_from(
    [
        Cleaning(named=tuple(LISTS.items()), limits=(("price", -5.0, 7.5),)),
        Cleaning(named=tuple(LISTS.items()), dropped=(("price", -5.0, 7.5), ("a b", None, 3.0))),
        Cleaning(limits=(("price", 0.0, None),), dropped=(("城市", 1.0, 1.0),)),
    ]
)
# What an engine needs that not every machine has.
NEEDS = {
    "postgres": "a PostgreSQL database: `python -m tests.servers` starts one",
    "spark": "Java and pyspark",
}


def can_run(engine: str) -> bool:
    if engine == "postgres":
        return connection.vendor == "postgresql"
    has_spark = find_spec("pyspark") is not None and shutil.which("java") is not None
    return has_spark or engine != "spark"


def logged(stream: Sequence[Said]) -> None:
    """The events in the SQL log, where PostgreSQL reads them."""
    Event.objects.all().delete()
    Person.objects.bulk_create(
        [Person(pk=i, key=f"user:{i}", created_at=datetime.now(UTC)) for i in range(1, SIZE)],
        ignore_conflicts=True,
    )
    Event.objects.bulk_create(
        Event(message_id=row.message_id, person_id=row.person, kind=row.kind, name=row.name,
              at_us=row.at_us, received_at_us=row.received_at_us, properties=row.properties)
        for row in rows(stream)
    )  # fmt: skip


@pytest.mark.parametrize("engine", list(ENGINES))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), now=MOMENTS, zone=ZONES)
def test_engine__when_asked_any_plan__then_it_answers_as_the_embedded_one(
    engine: str, data: st.DataObject, now: datetime, zone: ZoneInfo
) -> None:
    if not can_run(engine):
        pytest.skip(f"needs {NEEDS[engine]}")
    stream = data.draw(streams(now, zone))
    drawn = data.draw(st.lists(ANY_SPEC, min_size=1, max_size=6))
    asked = {f"t{i}": spec for i, spec in enumerate(drawn)}
    redirects = data.draw(st.sampled_from([{}, {3: 1}, {2: 1, 3: 1}]))
    clean = data.draw(CLEAN)
    if engine == "postgres":
        logged(stream)
    source = Source(None, warehouse.as_table(rows(stream)), redirects)
    run = Run(source, Moment(now, zone), everybody(SIZE), clean)
    wanted, found = compute(run, asked), compute(replace(run, engine=engine), asked)
    different = {name: differing(found[name], wanted[name]) for name in asked}
    assert different == dict.fromkeys(asked, 0)


@pytest.mark.parametrize("engine", list(ENGINES))
def test_engine__when_nothing_ever_happened__then_everybody_has_the_empty_value(
    engine: str,
) -> None:
    if not can_run(engine):
        pytest.skip(f"needs {NEEDS[engine]}")
    now = datetime(2024, 6, 12, tzinfo=UTC)
    run = Run(Source(None, warehouse.as_table([]), {}), Moment(now, ZoneInfo("UTC")),
              everybody(SIZE), engine=engine)  # fmt: skip
    asked = {"n": TraitSpec(function="count", events=("A",)),
             "word": TraitSpec(function="mode", events=("A",), property="city")}  # fmt: skip
    found = compute(run, asked)
    assert np.asarray(found["n"].values).tolist() == [0] * SIZE
    assert not np.asarray(found["word"].present).any()


@pytest.mark.parametrize("engine", list(ENGINES))
def test_engine__when_some_people_are_asked_for__then_their_merged_events_count(
    engine: str,
) -> None:
    if not can_run(engine):
        pytest.skip(f"needs {NEEDS[engine]}")
    now = datetime(2024, 6, 12, tzinfo=UTC)
    stream = [Said(person, "A", now, {"city": f"c{person}"}) for person in (1, 2, 3, 3)]
    if engine == "postgres":
        logged(stream)
    source = Source(None, warehouse.as_table(rows(stream)), {3: 1})
    some = only(np.array([1, 4], dtype=np.int64))
    run = Run(source, Moment(now, ZoneInfo("UTC")), some, engine=engine)
    asked = {function: TraitSpec(function=function, events=("A",), property="city")
             for function in ("count", "distinct")}  # fmt: skip
    found = {name: np.asarray(each.values).tolist() for name, each in compute(run, asked).items()}
    assert found == {"count": [3, 0], "distinct": [2, 0]}
