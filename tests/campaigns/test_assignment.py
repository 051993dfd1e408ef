"""Slices, programmes, testers, shares by person, and arms that stay: pure, one or many alike."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest

from campaigns.engine.assigning import by_weights
from campaigns.engine.contextual import Contextual
from campaigns.engine.decide import decide
from campaigns.engine.types import ARM, HOLDOUT, TESTER, Decisions, Programme, Rule
from campaigns.rules import rule_of, snapshot
from marketing.conditions.parse import parse
from marketing.conditions.types import Column, Ref
from marketing.experiments.bucketing import Namespace, bucket, in_namespace
from marketing.experiments.statistics.adaptive.contextual import LogisticPosterior
from tests.campaigns.stage import NOW, everybody, points_at_least
from tests.campaigns.table import Table, full

ZONE = ZoneInfo("Asia/Shanghai")
N = 4_000
NAMES = [f"person-{i}" for i in range(N)]
PLAIN = Rule("spring", 1, parse(everybody()), (), (0.2, 0.4, 0.4), ("a", "b"))
POINTS = Ref("trait", "points")


def answer(rule: Rule, columns: dict[Ref, Column] | None = None) -> Decisions:
    ordinals = np.arange(N, dtype=np.int64)
    return decide(rule, Table(columns or {}), ordinals, NAMES, NOW, ZONE)


def known(arms: dict[int, int]) -> Column:
    """Of these people an arm is known."""
    values = np.full(N, np.nan)
    values[list(arms)] = list(arms.values())
    return Column(values, ~np.isnan(values))


def test_layer__two_slices__then_nobody_is_in_both_and_nobody_in_none() -> None:
    low = answer(replace(PLAIN, layer=Namespace("home", 0.0, 0.3)))
    high = answer(replace(PLAIN, key="autumn", layer=Namespace("home", 0.3, 1.0)))
    assert ((low.arms >= 0) ^ (high.arms >= 0)).all()
    assert low.counts()["other_slice"] == (low.arms < 0).sum()
    mine = [in_namespace(name, Namespace("home", 0.0, 0.3)) for name in NAMES]
    np.testing.assert_array_equal(low.arms >= 0, mine)
    assert (low.arms >= 0).mean() == pytest.approx(0.3, abs=0.03)


def test_programme__some_are_held_out__then_by_its_own_hash_whatever_the_campaign() -> None:
    programme = Programme("everything", "programme:everything", 0.1)
    spring = answer(replace(PLAIN, programmes=(programme,)))
    autumn = answer(replace(PLAIN, key="autumn", programmes=(programme,)))
    expected = [(bucket("programme:everything", name) or 0.0) < 0.1 for name in NAMES]
    np.testing.assert_array_equal(spring.held_by == 0, expected)
    np.testing.assert_array_equal(spring.held_by, autumn.held_by)
    assert spring.counts()["programme_holdout"] == sum(expected)
    # The campaign's own split goes on among the others as if there were no programme.
    np.testing.assert_array_equal(spring.arms, answer(PLAIN).arms)


def test_programmes__two__then_the_first_one_holds_out() -> None:
    both = (Programme("all", "programme:all", 0.5), Programme("own", "programme:own", 0.5))
    found = answer(replace(PLAIN, programmes=both))
    assert set(found.held_by) == {-1, 0, 1}
    only = answer(replace(PLAIN, programmes=both[:1]))
    np.testing.assert_array_equal(found.held_by == 0, only.held_by == 0)


def test_split__weights_have_changed__then_people_keep_the_arm_they_saw() -> None:
    before = answer(PLAIN)
    seen = {i: int(before.arms[i]) for i in range(0, N, 2)}
    edited = replace(PLAIN, weights=(0.5, 0.0, 0.5), remembers=True)
    after = answer(edited, {ARM: known(seen)})
    np.testing.assert_array_equal(after.arms[::2], before.arms[::2])
    np.testing.assert_array_equal(after.arms[1::2], by_weights(edited, NAMES)[1::2])
    assert (after.arms[1::2] != 1).all()  # the arm of weight 0 gets nobody new


def test_programme__its_share_has_changed__then_who_was_dealt_before_stays() -> None:
    grown = Programme("everything", "programme:everything", 0.5, remembers=True)
    seen = {0: 1, 1: 0, 2: 1, 3: 0}
    found = answer(replace(PLAIN, programmes=(grown,)), {grown.arm: known(seen)})
    assert found.held_by[:4].tolist() == [-1, 0, -1, 0]


def test_tester__outside_of_everything__then_gets_the_arm_asked_for_and_counts_as_a_test() -> None:
    rule = replace(
        PLAIN, audience=parse(points_at_least(4)), has_testers=True,
        layer=Namespace("home", 0.0, 0.01), programmes=(Programme("p", "programme:p", 0.5),),
    )  # fmt: skip
    found = answer(rule, {POINTS: full(N, 0.0), TESTER: known({5: 2, 9: 1})})
    assert np.flatnonzero(found.arms >= 0).tolist() == [5, 9]
    assert found.arms[[5, 9]].tolist() == [2, 1]
    assert np.flatnonzero(found.is_test).tolist() == [5, 9]
    assert (found.held_by < 0).all()


def contextual() -> Contextual:
    """Variant a is for people with few points, b for those with many."""
    likes = LogisticPosterior(np.array([0.0, -2.0, 0.0]), np.eye(3) * 400)
    hates = LogisticPosterior(np.array([0.0, 2.0, 0.0]), np.eye(3) * 400)
    return Contextual((POINTS,), (5.0,), (2.0,), (likes, hates), 0.05, 0.1)


def test_contextual__people_differ__then_their_chances_do_and_are_logged() -> None:
    rule = replace(PLAIN, contextual=contextual())
    points = Column(np.where(np.arange(N) % 2, 9.0, 1.0), np.ones(N, dtype=bool))
    found = answer(rule, {POINTS: points})
    assert found.propensities is not None
    np.testing.assert_allclose(found.propensities.sum(axis=1), 1)
    np.testing.assert_allclose(found.propensities[:, HOLDOUT], 0.2)
    few, many = found.propensities[0], found.propensities[1]
    assert min(few[1], many[2]) > 0.6
    assert 0.8 * 0.05 * 0.9 <= few[2] < 0.1
    for arm in range(3):  # and people are dealt by them
        for half in (0, 1):
            share = (found.arms[half::2] == arm).mean()
            assert share == pytest.approx(found.propensities[half, arm], abs=0.035)


def test_contextual__a_value_is_missing__then_a_feature_of_its_own() -> None:
    column = Column(np.array([np.nan, 9.0, 1e9]), np.array([False, True, True]))
    features = contextual().features(Table({POINTS: column}), np.arange(3))
    np.testing.assert_allclose(features, [[1, 0, 1], [1, 2, 0], [1, 4, 0]])


def test_decide__one_person_alone__then_as_their_row_of_the_population() -> None:
    rule = replace(
        PLAIN, contextual=contextual(), remembers=True, has_testers=True,
        layer=Namespace("home", 0.0, 0.7), programmes=(Programme("p", "programme:p", 0.3, True),),
    )  # fmt: skip
    rng = np.random.default_rng(7)
    table = Table({
        POINTS: Column(rng.normal(5, 3, N), rng.random(N) < 0.9),
        ARM: known({i: i % 3 for i in range(0, N, 3)}),
        TESTER: known({11: 1}),
        Ref("context", "arm_of:p"): known({i: i % 2 for i in range(0, N, 5)}),
    })  # fmt: skip
    whole = decide(rule, table, np.arange(N, dtype=np.int64), NAMES, NOW, ZONE)
    for i in range(60):
        alone = decide(rule, table.row(i), np.array([i]), [NAMES[i]], NOW, ZONE)
        assert (alone.codes[0], alone.arms[0], alone.held_by[0], alone.is_test[0]) == (
            whole.codes[i], whole.arms[i], whole.held_by[i], whole.is_test[i],
        )  # fmt: skip


def test_snapshot__a_rule_with_everything__then_reads_back_and_decides_the_same() -> None:
    rule = replace(
        PLAIN, contextual=contextual(), remembers=True, has_testers=True,
        layer=Namespace("home", 0.0, 0.7), programmes=(Programme("p", "programme:p", 0.3, True),),
    )  # fmt: skip
    document = msgspec.json.decode(msgspec.json.encode(snapshot(rule)))
    again = rule_of(document)
    assert snapshot(again) == snapshot(rule)
    table = {POINTS: full(N, 3.0), ARM: known({}), TESTER: known({}),
             Ref("context", "arm_of:p"): known({})}  # fmt: skip
    np.testing.assert_array_equal(answer(again, table).arms, answer(rule, table).arms)
