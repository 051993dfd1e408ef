"""A scan of the data's quality finds what plain Python finds in the same events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing import erasure, pipeline, tasks
from marketing.events.intake import Taken
from marketing.events.log import LogRow
from marketing.events.models import EventProperty, EventType
from marketing.kernel.moments import microseconds
from marketing.people.models import Erasure
from marketing.people.queries import by_external_id
from marketing.personas.engine import DEFAULT
from marketing.personas.engines import ENGINES
from marketing.personas.models import CleaningRule, QualityScan
from marketing.personas.quality import asking, spreads
from marketing.personas.quality.repeats import repeats
from marketing.personas.quality.report import Rule, Touched
from marketing.personas.quality.scanning import last_days
from marketing.personas.quality.touching import touched
from marketing.personas.traits import Moment
from marketing.workspace.models import Lease, Workspace
from tests.conformance.sources import source_of
from tests.messages import identify, track

NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
AT = datetime(2026, 1, 2, tzinfo=UTC)
MOMENT = Moment(NOW, ZoneInfo("UTC"))
# The first moment of the last 30 days.
SINCE = datetime(2024, 5, 14, tzinfo=UTC)
Send = Callable[..., Taken]
_ids = count(1)

VALUES = (
    st.integers(-9, 9) | st.floats(-1e3, 1e3, allow_nan=False) | st.booleans()
    | st.sampled_from(["12", "x", None, [1], {"a": 1}, 1e12, 1.5e12, -2e13, 0.1, 7.5])
)  # fmt: skip
MOMENTS = st.builds(
    lambda day, ms: NOW - timedelta(days=day, milliseconds=ms),
    st.sampled_from([0, 0, 0, 1, 29, 30, 45]), st.sampled_from([0, 400, 999, 1000, 1001, 1999]),
)  # fmt: skip
SAID = st.dictionaries(st.sampled_from(["price_cents", "课 时"]), VALUES)


def rows_of(said: st.SearchStrategy[Any]) -> st.SearchStrategy[LogRow]:
    return st.builds(
        lambda person, name, at, properties: LogRow(
            0, next(_ids), f"m{next(_ids)}", person, "track", name, microseconds(at),
            microseconds(at), orjson.dumps(properties).decode(),
        ),
        st.integers(1, 2), st.sampled_from(["Viewed", "Order Completed", "$identify"]), MOMENTS,
        said,
    )  # fmt: skip


ROWS = rows_of(SAID)
# So few that many are alike.
ALIKE = rows_of(st.sampled_from([{}, {}, {"price_cents": 1}]))
LIMITS = st.sampled_from([(-5.0, 7.5), (None, 3.0), (0.0, None), (2.0, 2.0), (0.1, 0.1)])


def in_time(rows: Iterable[LogRow]) -> list[LogRow]:
    """Those of the last 30 days that are events."""
    since, until = microseconds(SINCE), microseconds(NOW)
    return [row for row in rows if since <= row.at_us <= until and row.name != "$identify"]


def numbers(rows: Iterable[LogRow], name: str) -> list[float]:
    """What a trait could count: numbers and flags that can be measurements."""
    said = (orjson.loads(row.properties).get(name) for row in in_time(rows))
    return [float(each) for each in said
            if isinstance(each, bool | int | float) and abs(each) <= 1e12]  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(rows=st.lists(ALIKE, min_size=4, max_size=30))
def test_repeats__of_any_events__are_those_that_a_plain_comparison_of_all_pairs_finds(
    rows: list[LogRow],
) -> None:
    found = {each.event: (each.events, each.repeats)
             for each in repeats(source_of(rows), last_days(MOMENT))}  # fmt: skip
    kept = in_time(rows)
    again = [
        one for one in kept
        if any((other.at_us, other.id) < (one.at_us, one.id)
               and one.at_us - other.at_us <= 1_000_000
               and (other.person, other.name) == (one.person, one.name)
               and other.properties == one.properties
               for other in kept)
    ]  # fmt: skip
    events, expected = Counter(row.name for row in kept), Counter(row.name for row in again)
    assert found == {name: (events[name], n) for name, n in expected.items()}


@settings(max_examples=120, deadline=None)
@given(rows=st.lists(ROWS, max_size=12), limits=LIMITS, drops=st.booleans())
def test_rule__over_any_events__touches_what_a_plain_count_finds_beyond_its_limits(
    rows: list[LogRow], limits: tuple[float | None, float | None], drops: bool
) -> None:
    low, high = limits
    rules = [Rule(property=name, lowest=low, highest=high, drops=drops)
             for name in ("price_cents", "课 时")]  # fmt: skip
    found = counted(rows, rules)
    for rule, each in zip(rules, found, strict=True):
        values = numbers(rows, rule.property)
        below = sum(1 for value in values if low is not None and value < low)
        above = sum(1 for value in values if high is not None and value > high)
        moved = (0, 0, below + above) if drops else (below, above, 0)
        assert (each.below, each.above, each.dropped) == moved
        assert (each.rule, each.values) == (rule, len(values))


def counted(rows: Sequence[LogRow], rules: Sequence[Rule]) -> tuple[Touched, ...]:
    engine = ENGINES.get(DEFAULT)(source_of(rows))
    try:
        return touched(engine, rules, last_days(MOMENT))
    finally:
        engine.close()


@pytest.mark.django_db
def test_scan__of_what_was_sent__has_the_percentiles_that_numpy_has(
    workspace: Workspace, send: Send
) -> None:
    chance = np.random.default_rng(7)
    prices = [*chance.lognormal(5, 1, 300).round(2).tolist(), -40, 1e9]
    send(*(track(f"p{i}", "Viewed", NOW - timedelta(minutes=i), price_cents=price, place="x")
           for i, price in enumerate(prices)))  # fmt: skip
    send(*(track(f"p{i}", "Viewed", NOW - timedelta(hours=1), odd="1") for i in range(5)))
    send(track("old", "Viewed", SINCE - timedelta(seconds=1), price_cents=5e9),
         track("few", "Bought", NOW, price_cents=7),
         identify("few", NOW, price_cents=9e9))  # fmt: skip
    report = asking.report_of(scan(workspace))
    found = {(each.event, each.property): each for each in report.spreads}
    assert set(found) == {("Viewed", "price_cents"), ("Bought", "price_cents")}
    viewed = found["Viewed", "price_cents"]
    assert (viewed.values, viewed.missing) == (302, 5)
    assert (viewed.lowest, viewed.highest) == (-40, 1e9)
    assert (viewed.p1, viewed.median, viewed.p99) == pytest.approx(
        tuple(np.percentile(prices, [1, 50, 99]))
    )
    q1, q3, p99 = np.percentile(prices, [25, 75, 99])
    assert viewed.suggested_lowest == 0, "no price is below nothing"
    assert viewed.suggested_highest == pytest.approx(max(q3 + 3 * (q3 - q1), p99), rel=0.01)
    assert found["Bought", "price_cents"].suggested_highest is None, "one value says nothing"


def scan(workspace: Workspace) -> QualityScan:
    """Learned, asked and done by the worker's own loop."""
    pipeline.refresh(workspace, NOW)
    asking.ask(AT)
    while pipeline.answer(workspace, NOW, AT):
        pass
    row = asking.newest()
    assert row is not None
    return row


@pytest.mark.django_db
def test_scan__with_rules_in_force__counts_them_and_not_those_that_are_off(
    workspace: Workspace, send: Send
) -> None:
    CleaningRule.objects.create(property="seconds", highest=50)
    CleaningRule.objects.create(property="score", lowest=0, active=False)
    send(*(track("ann", "Viewed", NOW - timedelta(hours=i), seconds=20 * i, score=-1)
           for i in range(5)))  # fmt: skip
    row = scan(workspace)
    (found,) = asking.report_of(row).rules
    assert (found.rule.property, found.values, found.above, found.below) == ("seconds", 5, 2, 0)
    assert (found.touched, found.share) == (2, 0.4)
    assert (row.as_of, row.state) == (NOW, QualityScan.State.DONE)


@pytest.mark.django_db
def test_scan__of_merged_people__sees_their_repeats_as_one_person_s(
    workspace: Workspace, send: Send
) -> None:
    at = NOW - timedelta(hours=1)
    send(track(None, "Viewed", at, anonymous="visitor", page="home"))
    send(track("ann", "Viewed", at + timedelta(milliseconds=300), page="home"))
    assert not asking.report_of(scan(workspace)).repeats
    send(identify("ann", NOW, anonymous="visitor"))
    (found,) = asking.report_of(scan(workspace)).repeats
    assert (found.event, found.events, found.repeats, found.share) == ("Viewed", 2, 1, 0.5)


@pytest.mark.django_db
def test_ask__while_a_scan_waits__then_that_one_is_enough() -> None:
    first = asking.ask(AT, "ann")
    asking.preview(Rule(property="x", lowest=0.0), AT)
    assert asking.ask(AT, "bob") == first == asking.last()
    assert QualityScan.objects.count() == 2


@pytest.mark.django_db
def test_night__when_personas_are_rebuilt__then_a_scan_is_asked_for(
    workspace: Workspace, send: Send
) -> None:
    send(track("ann", "Viewed", NOW))
    tasks.rebuild()
    row = asking.last()
    assert row is not None and (row.state, row.asked_by) == (QualityScan.State.WAITING, "")


@pytest.mark.django_db
def test_preview__of_a_rule_that_is_not_stored__counts_it_alone(
    workspace: Workspace, send: Send
) -> None:
    send(*(track("ann", "Viewed", NOW, seconds=i) for i in (1, 5, 9)))
    rule = Rule(property="seconds", lowest=2.0, highest=6.0, drops=True)
    row = asking.preview(rule, AT)
    assert pipeline.answer(workspace, NOW, AT)
    row.refresh_from_db()
    report = asking.report_of(row)
    (found,) = report.rules
    assert (found.rule, found.values, found.dropped) == (rule, 3, 2)
    assert not report.spreads and asking.newest() is None, "it is no scan of everything"


@pytest.mark.django_db
def test_names__that_no_engine_can_be_asked_for__are_left_alone(
    workspace: Workspace, send: Send
) -> None:
    CleaningRule.objects.create(property="it's", lowest=0)
    said: dict[str, object] = {"it's": 1, 'a"b': 2, "seconds": 3}
    send(track("ann", "Viewed", NOW) | {"properties": said})
    report = asking.report_of(scan(workspace))
    assert [each.property for each in report.spreads] == ["seconds"]
    assert not report.rules


@pytest.mark.django_db
def test_properties__beyond_what_a_scan_reads__are_counted_as_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    event = EventType.objects.create(name="A", first_at_us=0, last_at_us=0, first_received_at_us=0)
    EventProperty.objects.bulk_create(
        EventProperty(type=event, name=f"n{i}", number=i, first_received_at_us=0,
                      last_received_at_us=0) for i in range(5)
    )  # fmt: skip
    monkeypatch.setattr(spreads, "MOST", 3)
    found = spreads.numeric()
    assert (found.names, found.left_out) == (("n4", "n3", "n2"), 1), "one never was a number"


@pytest.mark.django_db
def test_erasure__of_a_person__then_scans_are_forgotten_and_all_is_scanned_anew(
    workspace: Workspace, send: Send
) -> None:
    send(track("ann", "Viewed", NOW, seconds=987_654), track("bob", "Viewed", NOW, seconds=1))
    row = scan(workspace)
    assert "987654" in str(row.report)
    gone = Erasure.objects.create(person=by_external_id("ann"), asked_at=AT)
    erasure.erase(gone, workspace, NOW, {})
    assert asking.newest() is None
    assert pipeline.answer(workspace, NOW, AT) == 1, "it is the oldest thing asked"
    while pipeline.answer(workspace, NOW, AT):
        pass
    (found,) = asking.report_of(asking.newest()).spreads
    assert (found.values, found.highest) == (1, 1)


@pytest.mark.django_db
def test_prune__of_old_scans__keeps_the_newest_and_what_waits() -> None:
    done = QualityScan.State.DONE
    rule = {"property": "x", "lowest": 0.0}
    old = AT - timedelta(days=40)
    QualityScan.objects.create(asked_at=old - timedelta(days=1), state=done)
    newest = QualityScan.objects.create(asked_at=old, state=done)
    QualityScan.objects.create(asked_at=AT - timedelta(days=2), state=done, rule=rule)
    today = QualityScan.objects.create(asked_at=AT, state=done, rule=rule)
    waits = QualityScan.objects.create(asked_at=old)
    Lease.objects.create(name=f"qualityscan:{newest.pk - 1}")
    assert asking.prune(AT) == 2
    assert set(QualityScan.objects.all()) == {newest, today, waits}
    assert not Lease.objects.exists()
