"""``decide``: one person or a population alike, the first no is the reason, bit for bit."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.engine.assigning import by_weights as split
from campaigns.engine.decide import decide
from campaigns.engine.types import HOLDOUT, Decisions, Rule
from campaigns.guards import GUARDS, Guard
from campaigns.guards.consent import Consent
from campaigns.guards.cooldown import Cooldown
from campaigns.guards.message_cap import MessageCap
from campaigns.guards.quiet_hours import QuietHours
from campaigns.guards.running import Running
from marketing.conditions.parse import parse
from marketing.conditions.types import Column, Ref
from tests.campaigns.stage import NOW, everybody, points_at_least
from tests.campaigns.table import Table, column_for, full

ZONE = ZoneInfo("Asia/Shanghai")
laws = settings(max_examples=80, deadline=None)
GUARD = st.one_of(
    st.booleans().map(lambda running: Running(running=running)),
    st.just(Consent(channel="push")),
    st.integers(0, 9).map(lambda days: Cooldown(days=days)),
    st.integers(0, 9).map(lambda most: MessageCap(most=most)),
    st.tuples(st.integers(0, 23), st.integers(0, 23)).map(
        lambda hours: QuietHours(from_hour=hours[0], until_hour=hours[1])
    ),
)
READ = [
    Ref("trait", "points"), Ref("reachable", "push"),
    Ref("context", "days_since_campaign"), Ref("context", "recent_messages"),
]  # fmt: skip


def rule(
    guards: tuple[Guard, ...] = (), weights: tuple[float, ...] = (0.25, 0.5, 0.25), key: str = "k"
) -> Rule:
    variants = tuple(f"v{i}" for i in range(1, len(weights)))
    return Rule(key, 1, parse(points_at_least(4)), guards, weights, variants)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Rule, Table, list[str]]:
    n = draw(st.integers(0, 12))
    table = Table({ref: draw(column_for(ref, n)) for ref in READ})
    guards = draw(st.lists(GUARD, max_size=5, unique_by=type))
    names = [f"person-{draw(st.integers(0, 10_000))}-{i}" for i in range(n)]
    return rule(tuple(guards)), table, names


def answer(rule: Rule, table: Table, names: list[str], now: datetime = NOW) -> Decisions:
    return decide(rule, table, np.arange(len(names), dtype=np.int64), names, now, ZONE)


@laws
@given(case=cases())
def test_decide__one_person_alone__then_as_their_row_of_the_population(
    case: tuple[Rule, Table, list[str]],
) -> None:
    rule, table, names = case
    whole = answer(rule, table, names)
    for i, name in enumerate(names):
        alone = decide(rule, table.row(i), np.array([i], np.int64), [name], NOW, ZONE)
        assert (alone.codes[0], alone.arms[0]) == (whole.codes[i], whole.arms[i])
        assert alone.reasons == whole.reasons


@laws
@given(case=cases())
def test_decide__asked_twice__then_the_same_bits(case: tuple[Rule, Table, list[str]]) -> None:
    rule, table, names = case
    before = {ref: np.array(column.values) for ref, column in table.columns.items()}
    first, second = answer(rule, table, names), answer(rule, table, names)
    assert first.codes.tobytes() == second.codes.tobytes()
    assert first.arms.tobytes() == second.arms.tobytes()
    assert (first.reasons, first.later_at) == (second.reasons, second.later_at)
    for ref, column in table.columns.items():
        np.testing.assert_array_equal(np.asarray(column.values), before[ref])


@laws
@given(case=cases())
def test_decide__any_case__then_the_first_no_is_the_reason(
    case: tuple[Rule, Table, list[str]],
) -> None:
    rule, table, names = case
    found = answer(rule, table, names)
    for i in range(len(names)):
        reason = _first_no(rule, table.row(i), names[i])
        assert found.reasons[found.codes[i]] == reason
        # Who is only put off has an arm already: the split does not depend on the hour.
        goes = reason in ("yes", "withheld", "quiet_hours")
        assert found.arms[i] == (split(rule, [names[i]])[0] if goes else -1)


def _first_no(rule: Rule, one: Table, name: str) -> str:
    """One after the other; a guard that holds for good outweighs one that only delays."""
    points = one.column(Ref("trait", "points"))
    if not (np.asarray(points.present)[0] and np.asarray(points.values)[0] >= 4):
        return "not_in_audience"
    delays = []
    for guard in rule.guards:
        verdict = guard.check(one, 1, NOW, ZONE)
        if not verdict.passes[0] and verdict.later_at is None:
            return GUARDS.name_of(type(guard))
        if not verdict.passes[0]:
            delays.append(GUARDS.name_of(type(guard)))
    if delays:
        return delays[-1]
    return "withheld" if split(rule, [name])[0] == HOLDOUT else "yes"


@laws
@given(case=cases())
def test_decide__any_case__then_the_counts_add_up_to_everybody(
    case: tuple[Rule, Table, list[str]],
) -> None:
    rule, table, names = case
    found = answer(rule, table, names)
    assert sum(found.counts().values()) == len(names)
    assert list(found.counts()) == list(found.reasons)
    assert all(len(found.with_code(reason)) == n for reason, n in found.counts().items())


def two_channels() -> Decisions:
    """Ann lacks the inbox, Bob push."""
    present = np.ones(3, dtype=bool)
    table = Table({
        Ref("trait", "points"): full(3, 9.0),
        Ref("reachable", "inbox"): Column(np.array([False, True, True]), present),
        Ref("reachable", "push"): Column(np.array([True, False, True]), present),
    })  # fmt: skip
    return answer(rule((Consent(channel="inbox"), Consent(channel="push"))), table, list("abc"))


def test_counts__two_channels_are_asked_for__then_still_add_up_to_everybody() -> None:
    found = two_channels()
    assert found.counts()["consent"] == 2
    assert sum(found.counts().values()) == 3


def test_with_code__two_channels_are_asked_for__then_everybody_with_the_reason() -> None:
    assert two_channels().with_code("consent").tolist() == [0, 1]


def test_decide__nobody__then_no_answers() -> None:
    read = (Ref("trait", "points"), Ref("context", "recent_messages"))
    table = Table({ref: full(0, 0.0) for ref in read})
    found = answer(rule((Running(), MessageCap(most=1))), table, [])
    assert len(found.codes) == len(found.arms) == 0


def test_decide__quiet_hours__then_says_when_to_ask_again() -> None:
    n = 3
    table = Table({Ref("trait", "points"): full(n, 9.0)})
    found = answer(rule((QuietHours(from_hour=22, until_hour=8),)), table, ["a", "b", "c"])
    # 15:30 UTC is 23:30 in Shanghai; the quiet ends at 08:00 there.
    assert found.later_at == datetime.fromisoformat("2024-06-13T00:00:00+00:00")
    assert found.counts()["quiet_hours"] == n


@pytest.mark.parametrize("holdout", [0.0, 0.05, 0.1, 0.5, 0.9])
def test_split__many_people__then_the_holdout_is_as_large_as_intended(holdout: float) -> None:
    names = [f"person-{i}" for i in range(40_000)]
    arms = split(rule(weights=(holdout, (1 - holdout) / 2, (1 - holdout) / 2)), names)
    assert set(arms.tolist()) <= {0, 1, 2}
    # Five standard errors.
    slack = 5 * (holdout * (1 - holdout) / len(names)) ** 0.5
    assert abs((arms == HOLDOUT).mean() - holdout) <= slack


def test_split__other_people_beside__then_nobody_moves() -> None:
    names = [f"person-{i}" for i in range(500)]
    whole = split(rule(), names)
    some = split(rule(), names[100:200])
    np.testing.assert_array_equal(whole[100:200], some)
    np.testing.assert_array_equal(whole[::-1], split(rule(), names[::-1]))


def test_split__another_campaign__then_the_arms_are_independent() -> None:
    names = [f"person-{i}" for i in range(20_000)]
    first, second = split(rule(key="spring"), names), split(rule(key="autumn"), names)
    both = ((first == HOLDOUT) & (second == HOLDOUT)).mean()
    assert abs(both - 0.25 * 0.25) < 0.01


def test_split__holdout_grows__then_who_was_held_out_stays_so() -> None:
    names = [f"person-{i}" for i in range(5_000)]
    small = split(rule(weights=(0.1, 0.9)), names) == HOLDOUT
    large = split(rule(weights=(0.3, 0.7)), names) == HOLDOUT
    assert not (small & ~large).any()


def test_audience__everybody__then_decides_for_those_without_any_value() -> None:
    n = 4
    table = Table({})
    open_rule = Rule("k", 1, parse(everybody()), (), (0.0, 1.0), ("v1",))
    found = decide(open_rule, table, np.arange(n, dtype=np.int64), list("abcd"), NOW, ZONE)
    assert found.counts()["yes"] == n
