"""What sets a group apart, in numbers beside scipy and in words in both languages."""

from __future__ import annotations

from math import asin, pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from marketing.conditions.types import Column, Ref
from marketing.kernel.errors import Invalid
from segments.learning.facts import NumberFact, ShareFact, cohen_d, cohen_h, facts
from segments.learning.portrait import Portrait, portraits
from segments.learning.portrait_words import names, said_number
from tests.conformance.planted import everybody, label, number, personas, text

SPENT, CITY, PUSH = Ref("trait", "spent"), Ref("attribute", "city"), Ref("attribute", "push")
NAN = np.nan
GROUPS = np.repeat(np.array([0, 1], np.int32), [6, 4])
PEOPLE = personas({
    SPENT: number(np.array([1.0, 2, 3, 4, 5, NAN, 11, 12, 13, 14])),
    CITY: text(["a", "a", "a", "b", None, "b", "c", "c", "c", "a"]),
    PUSH: Column(np.array([True, False, False, False, True, False, True, True, True, True]),
                 np.ones(10, bool)),
})  # fmt: skip


def of(ref: Ref) -> list[NumberFact | ShareFact]:
    found = facts(PEOPLE, [SPENT, CITY, PUSH], everybody(PEOPLE), GROUPS == 1)
    return [fact for fact in found if fact.ref == ref]


def drawn(*portraits_: Portrait) -> list[tuple[str, str]]:
    return [(each.name.en, each.name.zh) for each in portraits_]


def test_number__of_a_group__then_means_and_medians_are_in_its_own_unit() -> None:
    (fact, known) = of(SPENT)
    assert isinstance(fact, NumberFact) and isinstance(known, ShareFact)
    assert (fact.mean, fact.mean_others, fact.median, fact.median_others) == (12.5, 3, 12.5, 3)
    # Pooled variance: (3 · 5/3 + 4 · 5/2) / 7 = 15/7.
    assert fact.effect == pytest.approx(9.5 / sqrt(15 / 7))


def test_missing_number__of_a_group__then_its_own_share_is_a_fact() -> None:
    known = of(SPENT)[1]
    assert isinstance(known, ShareFact)
    assert (known.category, known.share, known.share_others) == (None, 1.0, 5 / 6)


def test_text__of_a_group__then_the_most_telling_category_has_its_lift() -> None:
    fact = of(CITY)[0]
    assert isinstance(fact, ShareFact)
    assert (fact.category, fact.share, fact.share_others, fact.lift) == ("c", 0.75, 0.0, None)
    assert fact.top == (("c", 0.75, 0.0), ("a", 0.25, 0.6))
    assert fact.effect == pytest.approx(2 * asin(sqrt(0.75)))


def test_flag__of_a_group__then_it_is_a_share_with_a_lift() -> None:
    (fact,) = of(PUSH)
    assert isinstance(fact, ShareFact)
    assert (fact.category, fact.share, fact.lift) == (True, 1.0, 3.0)


def test_facts__when_ordered__then_by_effect() -> None:
    found = facts(PEOPLE, [SPENT, CITY, PUSH], everybody(PEOPLE), GROUPS == 1)
    effects = [abs(fact.effect) for fact in found]
    assert effects == sorted(effects, reverse=True)
    assert [fact.ref for fact in found][:2] == [SPENT, CITY]


def test_fact__of_a_heavy_tailed_trait__then_the_effect_is_of_its_logarithm() -> None:
    rng = np.random.default_rng(0)
    values = rng.lognormal(3, 1, 400)
    inside = np.arange(400) < 200
    values[inside] *= 2
    found = personas({SPENT: number(values)})
    (fact,) = facts(found, [SPENT], everybody(found), inside)
    logs = np.log1p(values)
    assert fact.effect == pytest.approx(cohen_d(logs[inside], logs[~inside]))
    assert isinstance(fact, NumberFact) and fact.mean == pytest.approx(values[inside].mean())


SAMPLE = st.lists(st.floats(-100, 100), min_size=2, max_size=20)


@settings(max_examples=100, deadline=None)
@given(SAMPLE, SAMPLE)
def test_d__beside_student_s_t__then_it_is_t_over_the_root_of_the_sizes(
    one: list[float], other: list[float]
) -> None:
    here, there = np.array(one), np.array(other)
    if min(here.std(), there.std()) > 0.1:
        t = float(ttest_ind(here, there).statistic)
        expected = t * sqrt(1 / len(here) + 1 / len(there))
        if abs(expected) < 10:
            assert cohen_d(here, there) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("here", "there", "d"), [([1, 1], [1, 1], 0), ([2, 2], [1, 1], 10), ([0], [1], -10)]
)
def test_d__when_nobody_differs_within_the_groups__then_it_is_0_or_the_largest(
    here: list[float], there: list[float], d: float
) -> None:
    assert cohen_d(np.array(here, float), np.array(there, float)) == d


def test_h__at_the_ends__then_it_is_pi() -> None:
    found = [cohen_h(1, 0), cohen_h(0, 1), cohen_h(0.3, 0.3)]
    assert found == pytest.approx([pi, -pi, 0])


def test_portrait__when_drawn__then_size_share_name_and_sentence_are_said() -> None:
    small, large = portraits(PEOPLE, [SPENT, CITY], everybody(PEOPLE), 1 - GROUPS, label)
    assert (small.size, small.share, large.size) == (4, 0.4, 6)
    assert (small.name.en, small.name.zh) == ("Spent: high, City: c", "字段spent高、字段city：c")
    assert small.sentence.en == (
        "4 people, 40.0%. Spent: high (median 12.5, others 3); City: c (75% of them, 0% of others);"
        " Spent: known (100% of them, 83% of others); City: known (100% of them, 83% of others)."
    )
    assert small.sentence.zh == (
        "4人，占40.0%。字段spent高（中位数12.5，其他人3）；字段city：c（占其75%，其他人0%）；"
        "字段spent已知（占其100%，其他人83%）；字段city已知（占其100%，其他人83%）。"
    )
    assert large.name.en == "Spent: low, City: rarely c"


def test_portrait__of_those_without_a_flag__then_no_is_said_with_their_own_share() -> None:
    _, without = portraits(PEOPLE, [PUSH], everybody(PEOPLE), 1 - GROUPS, label)
    assert without.name == ("Push: no", "字段push：否")
    assert "Push: no (67% of them, 0% of others)" in without.sentence.en


def test_portrait__when_medians_agree__then_the_means_are_said() -> None:
    values = np.array([0.0, 0, 0, 4, 0, 0, 0, 0.4])
    found = personas({SPENT: number(values)})
    labels = np.repeat(np.array([0, 1], np.int32), 4)
    first, _ = portraits(found, [SPENT], everybody(found), labels, label)
    assert "(mean 1, others 0.1)" in first.sentence.en
    assert "（均值1，其他人0.1）" in first.sentence.zh


def test_portraits__with_noise__then_it_comes_last_under_its_own_name() -> None:
    labels = np.where(np.arange(10) < 3, -1, GROUPS).astype(np.int32)
    found = portraits(PEOPLE, [SPENT], everybody(PEOPLE), labels, label)
    assert [each.cluster for each in found] == [0, 1, -1]
    assert found[-1].name == ("In no group", "未归入任何群")
    assert sum(each.share for each in found) == pytest.approx(1)


def test_portraits__when_nothing_sets_them_apart__then_they_say_so_and_still_differ() -> None:
    found = personas({SPENT: number(np.tile([1.0, 2, 3], 4))})
    labels = np.repeat(np.array([0, 1], np.int32), 6)
    one, other = portraits(found, [SPENT], everybody(found), labels, label)
    assert drawn(one, other) == [("Like everybody (1)", "普通人群（1）"),
                                 ("Like everybody (2)", "普通人群（2）")]  # fmt: skip
    assert "no trait sets them apart" in one.sentence.en
    assert "没有哪项特征使其与众不同" in one.sentence.zh


def test_names__when_two_traits_do_not_suffice__then_more_are_said() -> None:
    more = [NumberFact(Ref("trait", name), 1.0, 0, 0, 7, 0) for name in "abc"]
    other = [*more[:2], NumberFact(Ref("trait", "d"), -1.0, 0, 0, 9, 0)]
    one, two = names([0, 1], [more, other], label)
    assert (one.en, two.en) == ("A: high, B: high, C: high", "A: high, B: high, D: low")


def test_names__when_all_traits_agree__then_a_median_is_said() -> None:
    facts_ = [[NumberFact(Ref("trait", "a"), 1.0, 0, 0, median, 0)] for median in (7, 20)]
    assert [name.en for name in names([0, 1], facts_, label)] == [
        "A: high (around 7)", "A: high (around 20)"
    ]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 8))
def test_names__of_any_groups__then_all_differ_in_both_languages(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    n = 60
    found = personas({
        SPENT: number(np.where(rng.random(n) < 0.2, NAN, rng.poisson(2, n))),
        CITY: text(rng.choice(["a", "b"], n).tolist()),
    })  # fmt: skip
    labels = rng.integers(-1, k, n).astype(np.int32)
    made = portraits(found, [SPENT, CITY], everybody(found), labels, label)
    for language in ("en", "zh"):
        said = [each.name.say(language) for each in made]
        assert len(set(said)) == len(said)


def test_portraits__when_labels_are_of_others__then_they_are_refused() -> None:
    with pytest.raises(Invalid) as caught:
        portraits(PEOPLE, [SPENT], everybody(PEOPLE), GROUPS[:3], label)
    assert caught.value.code == "bad_labels"


@pytest.mark.parametrize(
    ("value", "said"),
    [(1234.6, "1,235"), (12.34, "12.3"), (12.0, "12"), (0.5, "0.5"), (0.004, "0.004"), (0, "0"),
     (-3.456, "-3.46"), (100, "100")],
)  # fmt: skip
def test_number__when_said__then_with_few_digits(value: float, said: str) -> None:
    assert said_number(value) == said
