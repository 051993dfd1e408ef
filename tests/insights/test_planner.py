"""The planner against a plain fold over the events, its own formula, and a simulated trial."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import ceil, sqrt
from statistics import NormalDist
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.insights import Groups, Refused
from recommender.insights._planning import inflation
from recommender.insights.planner import Planner
from tests.conformance.streams import Said
from tests.insights.ask import ask

NOW = datetime(2024, 6, 12, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
NORMAL = NormalDist()
laws = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def plan(**more: Any) -> dict[str, Any]:
    """Ten days looked back on, three of them for the goal, one look at the end."""
    asked = {"goal": [{"event": "buy"}], "active": [{"event": "see"}], "goal_days": 3, "days": 10,
             "holdout_percent": 50, "daily_looks": False}  # fmt: skip
    return asked | more


def said(days_ago: float, person: int, event: str, **properties: object) -> Said:
    return Said(person, event, NOW - days_ago * DAY, dict(properties))


def crowd(people: int, buyers: int, days: float = 9.0) -> list[Said]:
    """So many come at one moment; the first of them buy an hour later."""
    came = [said(days, person, "see") for person in range(1, people + 1)]
    return came + [said(days - 0.05, person, "buy") for person in range(1, buyers + 1)]


def power(base: float, effect: float, treated: float, control: float) -> float:
    """Of the two-sided z-test of two rates at 5 %: textbook normal approximation."""
    rate = base + effect
    pooled = (treated * rate + control * base) / (treated + control)
    none = sqrt(pooled * (1 - pooled) * (1 / treated + 1 / control))
    some = sqrt(rate * (1 - rate) / treated + base * (1 - base) / control)
    reach = NORMAL.inv_cdf(0.975) * none
    return NORMAL.cdf((effect - reach) / some) + NORMAL.cdf((-effect - reach) / some)


def test_planner__when_worked_by_hand__then_people_new_ones_and_the_rate_are_those() -> None:
    stream = [
        said(8, 1, "see"), said(7, 1, "buy"),
        said(8, 2, "see"), said(4, 2, "buy"),  # a day too late
        said(40, 3, "see"), said(6, 3, "see"), said(4, 3, "see"), said(3.5, 3, "buy"),
        said(2, 4, "see"), said(1, 4, "buy"),  # the window of 4 is open
        said(9, 5, "buy"), said(20, 6, "see"), said(19, 6, "buy"),
    ]  # fmt: skip
    answer = ask("planner", plan(), stream, NOW)
    assert (answer.people, answer.matured, answer.reached) == (4, 3, 2)
    assert answer.base == 2 / 3
    # Looked back on: nine whole days and this noon; three of the four had never come before.
    assert answer.new_a_day == pytest.approx(3 / 9.5)
    assert [day.people for day in answer.days[:11]] == [0, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4]


@pytest.mark.parametrize(
    ("after", "reached"),
    [(timedelta(0), 1), (TICK, 2), (3 * DAY, 2), (3 * DAY + TICK, 1)],
)
def test_goal__around_its_window__then_later_than_the_arrival_and_the_last_moment_counts(
    after: timedelta, reached: int
) -> None:
    came = NOW - 8 * DAY
    stream = [*crowd(3, 1), Said(9, "see", came, {}), Said(9, "buy", came + after, {})]
    assert ask("planner", plan(), stream, NOW).reached == reached


@st.composite
def streams(draw: st.DrawFn) -> list[Said]:
    hours = st.integers(-20 * 24, 24).map(lambda n: NOW + timedelta(hours=n))
    one = st.builds(Said, st.integers(1, 6), st.sampled_from(["see", "buy", "other"]), hours,
                    st.just({}))  # fmt: skip
    return draw(st.lists(one, max_size=30))


def folded(stream: Sequence[Said], inside: set[int] | None = None) -> tuple[int, int, int, int]:
    """(people, new, matured, reached), person by person."""
    start = datetime(2024, 6, 3, tzinfo=UTC)
    found = [0, 0, 0, 0]
    for person in {each.person for each in stream}:
        of = [each for each in stream if each.person == person and each.at <= NOW]
        seen = sorted(each.at for each in of if each.name == "see")
        inner = [at for at in seen if at >= start]
        if not inner or (inside is not None and person not in inside):
            continue
        bought = any(e.name == "buy" and inner[0] < e.at <= inner[0] + 3 * DAY for e in of)
        is_over = inner[0] + 3 * DAY <= NOW
        found = [a + b for a, b in zip(found, (1, seen[0] >= start, is_over, bought and is_over),
                                       strict=True)]  # fmt: skip
    return found[0], found[1], found[2], found[3]


@laws
@given(stream=streams(), inside=st.none() | st.sets(st.integers(1, 6)))
def test_planner__of_any_events__then_a_plain_fold_agrees(
    stream: list[Said], inside: set[int] | None
) -> None:
    groups, more = None, {}
    if inside is not None:
        codes = np.array([0 if each in inside else -1 for each in range(7)], dtype=np.int32)
        groups, more = Groups(codes, ("vip",)), {"segment": "vip"}
    people, new, matured, reached = folded(stream, inside)
    try:
        answer = ask("planner", plan(**more), stream, NOW, groups=groups)
    except Refused as error:
        assert error.code == ("nobody_active" if not people else "none_matured" if not matured
                              else "no_base_rate")  # fmt: skip
        assert not matured or reached in (0, matured)
        return
    assert (answer.people, answer.matured, answer.reached) == (people, matured, reached)
    assert answer.new_a_day == pytest.approx(new / 9.5)
    assert answer.days[9].people == people


@pytest.mark.parametrize("holdout", [10, 50])
def test_detectable__by_the_textbook_s_formula__then_it_has_just_the_asked_power(
    holdout: int,
) -> None:
    answer = ask("planner", plan(holdout_percent=holdout), crowd(2_000, 100), NOW)
    assert answer.base == 0.05
    control = 2_000 * holdout / 100
    effect = answer.days[9].detectable
    assert power(0.05, effect, 2_000 - control, control) == pytest.approx(0.8, abs=1e-9)
    assert power(0.05, 0.99 * effect, 2_000 - control, control) < 0.8


def test_wish__by_the_textbook_s_formula__then_the_fewest_people_that_show_it() -> None:
    stream = crowd(2_000, 100, days=9.5)
    wish = ask("planner", plan(holdout_percent=20, effect_points=5), stream, NOW).wish
    assert wish.treated == 4 * wish.control
    assert power(0.05, 0.05, wish.treated, wish.control) >= 0.8
    assert power(0.05, 0.05, wish.treated - 4, wish.control - 1) < 0.8
    assert wish.days == 1  # everybody came on the first day, and they are enough


def test_wish__when_more_are_needed_than_have_come__then_the_days_until_new_ones_have() -> None:
    answer = ask("planner", plan(effect_points=0.5), crowd(2_000, 100), NOW)
    needed = answer.wish.treated + answer.wish.control
    assert needed > answer.days[-1].people
    # 2,000 in ten days; from then on a tenth of nine and a half days' new people each day.
    by_90 = answer.days[-1].people
    assert answer.wish.days == 90 + ceil((needed - by_90) / (2_000 / 9.5))


def test_wish__beyond_everybody__then_no_number_of_people_shows_it() -> None:
    wish = ask("planner", plan(effect_points=96), crowd(100, 5), NOW).wish
    assert (wish.treated, wish.control, wish.days) == (None, None, None)
    assert ask("planner", plan(), crowd(100, 5), NOW).wish is None


def test_reach__at_once__then_all_at_hand_on_the_first_day_and_new_ones_after() -> None:
    stream = [*crowd(95, 5), *[said(days, int(200 + days), "see") for days in range(1, 6)]]
    answer = ask("planner", plan(reach="at_once", planned_days=20), stream, NOW)
    assert answer.days[0].people == 100
    assert answer.planned.day == 20
    assert answer.planned.people == int(100 + 19 * 100 / 9.5)


def test_detectable__with_too_few_people__then_no_rise_is_promised() -> None:
    answer = ask("planner", plan(), crowd(4, 2), NOW)
    assert [answer.days[0].detectable, answer.days[-1].people > 0] == [None, True]


def test_inflation__with_published_bounds__then_a_simulated_trial_has_the_asked_power() -> None:
    # Five looks, O'Brien and Fleming's spending at 5 %: ldbounds, and Proschan et al. (2006).
    bounds = np.array([4.8769, 3.3569, 2.6803, 2.2898, 2.0310])
    drift = sqrt(inflation(5, 0.8)) * (NORMAL.inv_cdf(0.975) + NORMAL.inv_cdf(0.8))
    share = np.arange(1, 6) / 5
    steps = np.random.default_rng(1).normal(size=(400_000, 5)) / sqrt(5)
    z = (np.cumsum(steps, axis=1) + drift * share) / np.sqrt(share)
    found = float((np.abs(z) >= bounds).any(axis=1).mean())
    assert found == pytest.approx(0.8, abs=4 * sqrt(0.16 / 400_000) + 1e-3)
    assert inflation(1, 0.8) == 1.0
    assert inflation(5, 0.8) < inflation(14, 0.8) < inflation(33, 0.8) < inflation(90, 0.8) < 1.06


def test_daily_looks__then_they_cost_a_little() -> None:
    once = ask("planner", plan(), crowd(2_000, 100), NOW).planned
    daily = ask("planner", plan(daily_looks=True), crowd(2_000, 100), NOW).planned
    assert once.inflation == 1 < daily.inflation < 1.05
    assert once.detectable < daily.detectable < 1.03 * once.detectable


@pytest.mark.parametrize(
    ("stream", "code"),
    [([], "nobody_active"), ([said(12, 1, "see")], "nobody_active"),
     ([said(1, 1, "see")], "none_matured"), (crowd(3, 0), "no_base_rate"),
     (crowd(3, 3), "no_base_rate")],
)  # fmt: skip
def test_planner__without_a_rate_to_plan_from__then_it_says_what_is_missing(
    stream: list[Said], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        ask("planner", plan(), stream, NOW)
    assert refused.value.code == code
    assert refused.value.why.zh and refused.value.remedy.zh


def test_question__whose_look_back_is_no_longer_than_its_goal_window__then_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="more than the goal window"):
        msgspec.convert(plan(goal_days=10), Planner)


def test_question__of_another_kind_s_effect_or_a_bad_name__then_refused_with_what_is_meant() -> (
    None
):
    for more, words in (
        ({"effect_percent": 5}, "a share's rise is effect_points"),
        ({"amount": "price", "effect_points": 5}, "an amount's rise is effect_percent"),
        ({"amount": 'pri"ce'}, "quotes or backslashes"),
        ({"amount": "price", "effect_percent": 0}, "effect_percent"),
        ({"amount": "price", "effect_percent": 1001}, "effect_percent"),
    ):
        with pytest.raises(msgspec.ValidationError, match=words):
            msgspec.convert(plan(**more), Planner)
