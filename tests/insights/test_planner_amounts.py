"""Planned amounts against a plain fold over the events, a formula by hand, and simulated trials."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import sqrt
from statistics import NormalDist, mean, stdev
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from marketing.kernel.text import Text
from recommender.insights import Refused
from recommender.insights._planning import Amount, Trial, needed
from recommender.insights.planner import Planner
from tests.conformance.streams import Said
from tests.insights.ask import ask
from tests.insights.test_planner import NOW, laws, plan, said


def plan_of(amount: str = "price", **more: Any) -> dict[str, Any]:
    return plan(amount=amount, **more)


def spenders(amounts: Sequence[object], days: float = 9.0) -> list[Said]:
    """Each comes at one moment and buys for so much an hour later; None buys nothing."""
    came = [said(days, person, "see") for person in range(1, len(amounts) + 1)]
    return came + [
        said(days - 0.05, person, "buy", price=amount, price_cents=amount)
        for person, amount in enumerate(amounts, start=1)
        if amount is not None
    ]


def test_planner__of_an_amount_by_hand__then_the_goal_events_in_time_are_summed() -> None:
    stream = [
        said(8, 1, "see", price=1_000), said(7, 1, "buy", price=3), said(6, 1, "buy", price=4.5),
        said(8, 2, "see"), said(4, 2, "buy", price=50),  # a day too late
        said(8, 3, "see"), said(8.5, 3, "buy", price=50), said(7, 3, "buy", price="9"),
        said(8, 4, "see"), said(7, 4, "buy", price=-1.5), said(6, 4, "buy"), said(6, 4, "other"),
        said(2, 5, "see"), said(1, 5, "buy", price=50),  # the window of 5 is open
    ]  # fmt: skip
    answer = ask("planner", plan_of(), stream, NOW)
    assert (answer.people, answer.matured, answer.reached) == (5, 4, 3)
    assert answer.base == pytest.approx(mean([7.5, 0, 0, -1.5]))
    assert answer.deviation == pytest.approx(stdev([7.5, 0, 0, -1.5]))
    assert answer.unit == "number"


def test_planner__of_cents__then_the_unit_is_money() -> None:
    stream = spenders([9_900, None, 100])
    answer = ask("planner", plan_of("price_cents", effect_percent=50), stream, NOW)
    assert (answer.unit, answer.base) == ("money", pytest.approx(10_000 / 3))
    assert answer.wish.effect == pytest.approx(5_000 / 3)
    other = ask("planner", plan(), stream, NOW)
    assert (other.unit, other.deviation, other.base) == ("share", None, 2 / 3)


def test_goal__of_two_events_with_a_filter__then_both_count_and_what_passes_alone() -> None:
    goal = [{"event": "buy", "where": [{"property": "kind", "op": "eq", "value": "book"}]},
            {"event": "rent"}]  # fmt: skip
    stream = [
        said(8, 1, "see"), said(7, 1, "buy", price=3, kind="book"),
        said(7, 1, "buy", price=100, kind="pen"), said(6, 1, "rent", price=2), said(8, 2, "see"),
    ]  # fmt: skip
    assert ask("planner", plan_of(goal=goal), stream, NOW).base == 2.5


# What no measurement is: a text, a list, nothing at all, more than any trait reads.
ODD = st.sampled_from(["12", "", None, [1], {"a": 1}, 1e13, -1e300, True, False])
NUMBERS = st.integers(-3, 9) | st.floats(-9, 99).map(lambda x: round(x, 3))


@st.composite
def streams(draw: st.DrawFn) -> list[Said]:
    hours = st.integers(-20 * 24, 24).map(lambda n: NOW + timedelta(hours=n))
    worth = st.fixed_dictionaries({}, optional={"price": NUMBERS | ODD})
    one = st.builds(
        Said, st.integers(1, 6), st.sampled_from(["see", "buy", "rent", "other"]), hours, worth
    )
    return draw(st.lists(one, max_size=40))


def worth(event: Said) -> float:
    price = event.properties.get("price")
    return float(price) if isinstance(price, bool | int | float) and abs(price) <= 1e12 else 0.0


def folded(stream: Sequence[Said]) -> list[float]:
    """The amount of everybody whose window is over, person by person."""
    start = NOW.replace(hour=0) - timedelta(days=9)
    found = []
    for person in {each.person for each in stream}:
        of = [each for each in stream if each.person == person and each.at <= NOW]
        came = min((e.at for e in of if e.name == "see" and e.at >= start), default=None)
        if came is None or came + timedelta(days=3) > NOW:
            continue
        inside = [e for e in of if came < e.at <= came + timedelta(days=3)]
        found.append(sum(worth(e) for e in inside if e.name in ("buy", "rent")))
    return [round(each, 6) for each in found]


@laws
@given(stream=streams())
def test_amounts__of_any_events__then_a_plain_fold_agrees(stream: list[Said]) -> None:
    expected = folded(stream)
    try:
        answer = ask("planner", plan_of(goal=[{"event": "buy"}, {"event": "rent"}]), stream, NOW)
    except Refused as error:
        wrong = ("no_amounts" if not any(expected) else "same_amounts" if len(set(expected)) == 1
                 else "no_mean")  # fmt: skip
        assert error.code == (wrong if expected else error.code)
        assert wrong != "no_mean" or mean(expected) < 1e-4
        return
    assert answer.matured == len(expected)
    assert answer.base == pytest.approx(mean(expected), abs=1e-3)
    assert answer.deviation == pytest.approx(stdev(expected), abs=1e-3)


def test_detectable__with_many_people__then_the_textbook_s_formula() -> None:
    """(z of 97.5 % and of the power) standard errors of a difference of means, equal variances."""
    amounts = [float(each % 7) for each in range(3_000)]
    answer = ask("planner", plan_of(holdout_percent=20), spenders(amounts), NOW)
    z = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(0.8)
    expected = z * stdev(amounts) * sqrt(1 / 600 + 1 / 2_400)
    assert answer.days[9].detectable == pytest.approx(expected, rel=1e-3)


def test_wish__of_an_amount__then_in_percent_of_the_mean_and_the_fewest_that_show_it() -> None:
    amounts = [0.0, 0.0, 30.0] * 100
    wish = ask("planner", plan_of(effect_percent=25), spenders(amounts, 9.5), NOW).wish
    assert wish.effect == pytest.approx(2.5)
    z = NormalDist().inv_cdf(0.975) + NormalDist().inv_cdf(0.8)
    each = 2 * (z * stdev(amounts) / 2.5) ** 2  # people a group; the t's tails take one more
    assert each <= wish.control == wish.treated <= each + 3
    assert ask("planner", plan_of(), spenders(amounts), NOW).wish is None


def test_wish__beyond_a_hundred_percent__then_it_is_planned() -> None:
    wish = ask("planner", plan_of(effect_percent=1_000), spenders([0, 1, 2, 3]), NOW).wish
    assert wish.effect == 15 and wish.treated is not None


def test_wish__too_small_for_any_number_of_people__then_none_shows_it() -> None:
    stream = spenders([1, *[None] * 200])
    wish = ask("planner", plan_of(effect_percent=1e-5), stream, NOW).wish
    assert (wish.treated, wish.control, wish.days) == (None, None, None)


@pytest.mark.parametrize("holdout", [0.1, 0.5])
def test_needed__in_two_thousand_worlds__then_welch_finds_it_as_often_as_was_asked(
    holdout: float,
) -> None:
    """Amounts of which three in ten are above 0 and those are skewed, as revenue is."""
    chance = np.random.default_rng(7)

    def world(shape: tuple[int, int]) -> np.ndarray[Any, Any]:
        return (chance.random(shape) < 0.3) * chance.gamma(2.0, 50.0, shape)

    base, deviation = 0.3 * 100, sqrt(0.3 * (100**2 + 5_000) - 30**2)
    effect = 0.3 * base
    groups = needed(Amount(base, deviation), effect, 14, Trial(holdout, 0.8, False))
    assert groups is not None
    found = 0
    for _ in range(10):
        treated, control = world((200, groups.treated)) + effect, world((200, groups.control))
        p = ttest_ind(treated, control, axis=1, equal_var=False).pvalue
        found += int((p < 0.05).sum())
    assert found / 2_000 == pytest.approx(0.8, abs=4 * sqrt(0.16 / 2_000))


@pytest.mark.parametrize(
    ("amounts", "code"),
    [([None, None], "no_amounts"), (["1", None], "no_amounts"), ([0, 0], "no_amounts"),
     ([5, 5, 5], "same_amounts"), ([5], "same_amounts"), ([-5, 2], "no_mean"),
     ([-5, 5], "no_mean")],
)  # fmt: skip
def test_planner__without_amounts_to_plan_from__then_it_says_what_is_missing(
    amounts: list[object], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        ask("planner", plan_of(), spenders(amounts), NOW)
    assert refused.value.code == code
    said: tuple[Text, Text] = (refused.value.why, refused.value.remedy)
    assert all(each.zh and each.zh != each.en for each in said)
    assert str(len(amounts)) in said[0].en and "price" in said[0].en and "price" in said[0].zh


def test_planner__of_amounts_where_everybody_buys__then_it_is_planned() -> None:
    answer = ask("planner", plan_of(), spenders([1, 2, 3, 4]), NOW)
    assert (answer.reached, answer.base) == (4, 2.5)
    with pytest.raises(Refused, match="nothing can raise it"):
        ask("planner", plan(), spenders([1, 2, 3, 4]), NOW)


def test_sums__of_any_order__then_the_same_to_the_last_bit() -> None:
    stream = spenders([0.1 * each for each in range(400)])
    answers = [ask("planner", plan_of(), each, NOW) for each in (stream, stream[::-1])]
    assert msgspec.json.encode(answers[0]) == msgspec.json.encode(answers[1])


def test_example__as_an_amount__then_a_question() -> None:
    asked = msgspec.convert(plan_of("price_cents", effect_percent=8), Planner)
    assert msgspec.convert(msgspec.to_builtins(asked), Planner) == asked
