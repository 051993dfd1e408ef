"""The shipped stages leave nobody out and count nobody twice; quintiles are what they say."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing.conditions.parse import parse
from marketing.events.intake import Taken
from marketing.people.queries import by_external_id
from marketing.personas import queries as personas_queries
from marketing.personas.services import rebuild
from marketing.personas.shipped import ACTIVITY, WITHDRAWN
from marketing.workspace.models import Workspace
from segments import rfm, shipped
from segments.evaluation import Membership
from segments.models import Segment
from tests.messages import track
from tests.segments.crowd import crowd

NOW = datetime(2024, 6, 12, 15, 30, tzinfo=UTC)
STAGES = {
    key: parse({"version": 1, "condition": condition})
    for key, _en, _zh, _text, family, condition in shipped.SHIPPED
    if family == Segment.Family.LIFECYCLE
}


def stage_of(moments: Sequence[datetime]) -> str | None:
    """The reference: by the dates of all activity (UTC)."""
    if not moments:
        return None
    ages = [(NOW.date() - each.date()).days for each in moments]
    if max(ages) < 28:
        return "new"
    lately, before = any(age < 28 for age in ages), any(28 <= age < 84 for age in ages)
    return {
        (True, True): "active", (True, False): "returned",
        (False, True): "at_risk", (False, False): "lapsed",
    }[lately, before]  # fmt: skip


def moments_of(chance: random.Random) -> list[datetime]:
    """Few and often near an edge: a midnight, 28 or 84 days back, this very moment."""
    midnight = datetime.combine(date(2024, 6, 12), datetime.min.time(), UTC)
    edges = [
        start - timedelta(days=days, microseconds=shift)
        for start in (NOW, midnight) for days in (0, 27, 28, 83, 84) for shift in (-1, 0, 1)
    ]  # fmt: skip
    anywhere = [NOW - timedelta(seconds=chance.randrange(150 * 86_400)) for _ in range(10)]
    return [min(chance.choice(edges + anywhere), NOW) for _ in range(chance.randrange(4))]


@pytest.mark.django_db
def test_lifecycle__when_anybody_was_ever_active__then_they_are_in_exactly_one_stage(
    workspace: Workspace, send: Callable[..., Taken]
) -> None:
    chance = random.Random(7)
    lives = {f"p{i}": moments_of(chance) for i in range(120)}
    for user, moments in lives.items():
        events = [track(user, chance.choice(ACTIVITY), at) for at in moments]
        send(*events, track(user, WITHDRAWN, NOW - timedelta(days=40)))
    rebuild(workspace, NOW)
    membership = Membership(personas_queries.current(), STAGES)
    inside = {key: membership.members(key) for key in STAGES}
    for user, moments in lives.items():
        found = [key for key in STAGES if inside[key][by_external_id(user).pk]]
        wanted = stage_of(moments)
        assert found == ([wanted] if wanted else []), moments
    assert all(mask.any() for mask in inside.values())


def plain_quintile(values: Sequence[float | None], value: float | None) -> int | None:
    """The share of known values below, those equal counted half, cut in fifths."""
    if value is None:
        return None
    known = [each for each in values if each is not None]
    share = sum(each < value for each in known) + sum(each == value for each in known) / 2
    return min(5, math.floor(share / len(known) * 5) + 1)


@given(st.lists(st.none() | st.integers(-5, 5) | st.floats(-1e6, 1e6), max_size=25))
def test_quintile__when_ranked__then_it_is_the_plain_one(values: list[float | None]) -> None:
    found = rfm.quintile(np.array([np.nan if v is None else v for v in values], dtype=np.float64))
    assert [None if np.isnan(each) else each for each in found] == [
        plain_quintile(values, value) for value in values
    ]


def test_quintile__when_ten_differ__then_each_fifth_has_two() -> None:
    assert rfm.quintile(np.arange(10.0)).tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_rfm__when_computed__then_recent_is_high_and_who_never_bought_is_missing() -> None:
    found = rfm.compute(
        crowd(
            {
                "days_since_bought": [0, 10, 20, 30, 40, None],
                "bought": [5, 4, 3, 2, 1, 0],
                "spent_cents": [10, 20, 30, 40, 50, 0],
            }
        )
    )
    wanted = {"rfm_r": [5, 4, 3, 2, 1], "rfm_f": [5, 4, 3, 2, 1], "rfm_m": [1, 2, 3, 4, 5]}
    for name, values in wanted.items():
        assert found[name][1:6].tolist() == values
        assert np.isnan(found[name][[0, 6]]).all()


@pytest.mark.django_db
def test_rfm__when_written__then_the_scores_have_labels_in_both_languages(
    workspace: Workspace, send: Callable[..., Taken]
) -> None:
    send(*(track(f"p{i}", "Order Completed", NOW, price_cents=i) for i in range(5)))
    rebuild(workspace, NOW)
    rfm.write(personas_queries.current(), NOW)
    personas = personas_queries.current()
    assert {"rfm_r", "rfm_f", "rfm_m"} <= set(personas.names("score"))
