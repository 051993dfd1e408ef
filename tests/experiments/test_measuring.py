"""``measure`` against a loop over people and events, for every kind of metric."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from marketing.events.intake import Taken
from marketing.experiments.measuring import Measured, Values, measure
from marketing.experiments.metrics import METRICS, Definition
from marketing.experiments.models import Experiment, ExperimentMetric, Exposure, MetricDefinition
from marketing.experiments.services import Plan, define
from marketing.kernel.moments import microseconds
from marketing.kernel.text import Text
from marketing.people.models import Person
from marketing.people.queries import by_external_id
from marketing.personas.models import CleaningRule
from marketing.workspace.models import Workspace
from tests.campaigns.stage import NOW, fold
from tests.experiments.lives import ARMS, DAY, TICK, Life, denominator, limit, live, lived, value
from tests.messages import track

Send = Callable[..., Taken]
ORDERED, VIEWED, SEARCHED = "Order Completed", "Course Viewed", "Searched"
DEFINITIONS: dict[str, dict[str, object]] = {
    "ordered": {"kind": "conversion", "event": ORDERED, "days": 7},
    "searches": {"kind": "count", "event": SEARCHED, "days": 3},
    "few-searches": {"kind": "count", "event": SEARCHED, "days": 7, "cap_percentile": 60},
    "spent": {"kind": "revenue", "event": ORDERED, "days": 7, "cap_percentile": 80},
    "stars": {"kind": "revenue", "event": VIEWED, "amount": "stars", "days": 7},
    "per-view": {"kind": "ratio", "event": ORDERED, "per_event": VIEWED, "days": 7},
    "worth": {"kind": "ratio", "event": ORDERED, "amount": "price_cents", "per_event": VIEWED,
              "days": 3, "cap_percentile": 70},
    "usual": {"kind": "percentile", "event": VIEWED, "amount": "stars", "percentile": 75,
              "days": 7},
    "back": {"kind": "retention", "event": VIEWED, "from_day": 1, "days": 7},
    "wait": {"kind": "time_to_event", "event": ORDERED, "days": 7, "lower_is_better": True},
}  # fmt: skip


@pytest.fixture
def experiment(workspace: Workspace) -> Experiment:
    goal = (ORDERED, 3)
    return define("spring", Text("Spring", "春"), ARMS, (0.2, 0.4, 0.4), Plan(goal=goal), NOW)


def metric(key: str, **fields: object) -> MetricDefinition:
    row = MetricDefinition(key=key, name=key, **(DEFINITIONS.get(key, {}) | fields))
    row.full_clean()
    row.save()
    row.refresh_from_db()
    return row


def all_metrics(experiment: Experiment) -> None:
    for place, key in enumerate(DEFINITIONS):
        if place % 3:
            ExperimentMetric.objects.create(experiment=experiment, definition=metric(key))
        else:
            metric(key, in_every_experiment=True)


def check(found: Values, lives: list[Life]) -> None:
    """Everything that is known of one metric, person by person."""
    wanted = found.definition
    y = [value(life, wanted) for life in lives]
    before = [value(life, wanted, is_before=True) for life in lives]
    if wanted.cap_percentile is None:
        assert found.limit is None
    else:
        assert found.limit == limit(y, wanted.cap_percentile)
        y, before = [[min(v, found.limit) for v in each] for each in (y, before)]
    np.testing.assert_allclose(found.y, y, rtol=1e-15)
    if METRICS.get(wanted.kind).has_before:
        assert found.before is not None
        np.testing.assert_array_equal(found.before, before)
    else:
        assert found.before is None
    if wanted.kind == "ratio":
        assert found.per is not None
        np.testing.assert_array_equal(found.per, [denominator(life, wanted) for life in lives])
    else:
        assert found.per is None


def in_order(seen: Measured, lives: list[Life]) -> list[Life]:
    """The exposed ones, as the rows of what was measured stand."""
    exposed = {by_external_id(life.user).pk: life for life in lives if life.exposures}
    assert sorted(exposed) == sorted(seen.people.tolist())
    return [exposed[ordinal] for ordinal in seen.people.tolist()]


@pytest.mark.parametrize("seed", range(3))
def test_measure__random_lives_with_merges_and_late_events__then_as_counted_by_hand(
    seed: int, experiment: Experiment, send: Send
) -> None:
    lives = lived(seed, 60)
    live(experiment, lives, send, seed)
    all_metrics(experiment)
    seen = measure(experiment)
    mine = in_order(seen, lives)
    assert set(seen.values) == {"goal", "revenue", *DEFINITIONS}
    assert {each.definition.kind for each in seen.values.values()} == set(METRICS)
    for found in seen.values.values():
        check(found, mine)
    first = [life.first for life in mine]
    assert seen.arms.tolist() == [each.arm for each in first]
    assert seen.epochs.tolist() == [each.epoch for each in first]
    assert seen.since.tolist() == [microseconds(each.at) for each in first]
    assert seen.crossed == sum(len({each.arm for each in life.exposures}) > 1 for life in mine)
    assert seen.crossed > 0
    assert seen.strata.tolist() == [0] * len(mine)


def test_measure__goal_and_its_revenue__then_of_the_goal_event_in_the_goal_window(
    experiment: Experiment, send: Send
) -> None:
    lives = lived(9, 20)
    live(experiment, lives, send, 9)
    seen = measure(experiment)
    assert seen.values["goal"].definition == Definition(kind="conversion", event=ORDERED, days=3)
    assert seen.values["revenue"].definition == Definition(kind="revenue", event=ORDERED, days=3)
    assert seen.values["revenue"].definition.reads == "price_cents"


def test_measure__the_experiment_has_a_goal_metric__then_it_is_the_goal(
    experiment: Experiment, send: Send
) -> None:
    lives = lived(8, 20)
    live(experiment, lives, send, 8)
    experiment.goal_metric = metric("wait")
    seen = measure(experiment)
    assert seen.values["goal"].definition == metric_value("wait")
    check(seen.values["goal"], in_order(seen, lives))
    assert seen.values["revenue"].definition.days == 3


def metric_value(key: str) -> Definition:
    return MetricDefinition.objects.get(key=key).value


@pytest.mark.parametrize(
    ("after", "is_over"),
    [(3 * DAY - TICK, False), (3 * DAY, True), (3 * DAY + TICK, True), (-DAY, False)],
)
def test_mature__at_the_windows_end__then_over(
    after: timedelta, is_over: bool, experiment: Experiment, send: Send
) -> None:
    send(track("ann", ORDERED, NOW), now=NOW)
    fold()
    Exposure.objects.create(
        experiment=experiment, person=Person.objects.get(), arm=1, exposed_at=NOW
    )
    ExperimentMetric.objects.create(experiment=experiment, definition=metric("wait"))
    seen = measure(experiment)
    assert seen.mature("goal", microseconds(NOW + after)).tolist() == [is_over]
    assert not seen.mature("wait", microseconds(NOW + 7 * DAY - TICK)).any()
    assert seen.mature("wait", microseconds(NOW + 7 * DAY)).all()


def test_measure__a_cleaning_rule__then_its_limit_holds(experiment: Experiment, send: Send) -> None:
    CleaningRule.objects.create(property="price_cents", highest=1_000)
    send(*(track("ann", ORDERED, NOW, price_cents=cents) for cents in (400, 5_000)), now=NOW)
    fold()
    Exposure.objects.create(
        experiment=experiment, person=Person.objects.get(), arm=1, exposed_at=NOW
    )
    assert measure(experiment).values["revenue"].y.tolist() == [1_400.0]


def test_measure__exposed_at_one_moment_under_two_names__then_the_first_written_counts(
    experiment: Experiment, send: Send
) -> None:
    send(track(None, VIEWED, NOW, anonymous="v"), track("ann", VIEWED, NOW), now=NOW)
    for arm, key in ((2, "user:ann"), (1, "anon:v")):
        person = Person.objects.get(key=key)
        Exposure.objects.create(experiment=experiment, person=person, arm=arm, exposed_at=NOW)
    send(track("ann", VIEWED, NOW, anonymous="v"), now=NOW)
    fold()
    seen = measure(experiment)
    assert (seen.arms.tolist(), seen.crossed) == ([2], 1)


@pytest.mark.parametrize("us", [0, 1, 500_000, 999_499, 999_500, 999_999])
def test_measure__exposed_between_two_seconds__then_to_the_microsecond(
    us: int, experiment: Experiment, send: Send
) -> None:
    send(track("ann", VIEWED, NOW), now=NOW)
    fold()
    at = NOW.replace(second=59) + us * TICK
    Exposure.objects.create(
        experiment=experiment, person=Person.objects.get(), arm=1, exposed_at=at
    )
    assert measure(experiment).since.tolist() == [microseconds(at)]


def queries(experiment: Experiment) -> int:
    fresh = Experiment.objects.get(pk=experiment.pk)
    with CaptureQueriesContext(connection) as told:
        measure(fresh)
    return len(told)


def test_measure__more_people_metrics_and_merges__then_no_more_queries(
    experiment: Experiment, send: Send
) -> None:
    live(experiment, lived(1, 5), send, 1)
    few = queries(experiment)
    live(experiment, lived(2, 40), send, 2)
    all_metrics(experiment)
    assert queries(experiment) == few
