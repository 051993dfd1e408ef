"""Association rules against a published case, every combination counted, and other tests' p."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests

from recommender.insights import INSIGHTS, Moment, Refused, associations
from recommender.insights._baskets import Baskets
from recommender.insights._rules import Found, adjusted, chances, frequent, rules
from tests.conformance.sources import source_of
from tests.conformance.streams import Said, rows
from tests.insights.ask import UTC_ZONE, ask

NOW = datetime(2024, 6, 12, 12, tzinfo=UTC)
laws = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
# Han, Kamber, Pei: Data Mining, 3rd ed., table 6.1.
SHOP = ["125", "24", "23", "124", "13", "23", "13", "1235", "123"]
SHOP_SETS = {
    "1": 6, "2": 7, "3": 6, "4": 2, "5": 2, "12": 4, "13": 4, "15": 2, "23": 4, "24": 2, "25": 2,
    "123": 2, "125": 2,
}  # fmt: skip


def of(lists: Sequence[Iterable[str]]) -> Baskets:
    items = sorted({item for each in lists for item in each})
    pairs = [(b, items.index(item)) for b, each in enumerate(lists) for item in sorted(set(each))]
    basket, item = np.array(pairs, np.int64).reshape(-1, 2).T
    return Baskets(basket, item, tuple(items), len(lists))


def named(found: Baskets, sets: dict[frozenset[int], int]) -> dict[str, int]:
    return {"".join(found.items[i] for i in sorted(items)): n for items, n in sets.items()}


def had(lists: Sequence[Iterable[str]], days: int = 3) -> list[Said]:
    """Person after person, an hour between their events."""
    return [
        Said(person, "take", NOW - timedelta(days=days) + timedelta(hours=i), {"content": item})
        for person, items in enumerate(lists, start=1)
        for i, item in enumerate(items)
    ]


def asked(**more: Any) -> dict[str, Any]:
    return {"of": [{"event": "take"}], "at_least": 5, "confidence": 0, **more}


def test_sets__of_the_textbook_s_shop__then_the_published_ones() -> None:
    found = of(SHOP)
    assert named(found, frequent(found, 2, 4)) == SHOP_SETS
    assert named(found, frequent(found, 2, 2)) == {
        k: v for k, v in SHOP_SETS.items() if k[2:] == ""
    }


def test_rules__of_the_textbook_s_shop__then_the_published_confidences() -> None:
    found = of(SHOP)
    by_sides = {
        (named(found, {rule.left: 0}).popitem()[0], found.items[rule.right]): rule
        for rule in rules(frequent(found, 2, 4), found.n)
    }
    confidences = {sides: by_sides[sides].confidence for sides in (("12", "5"), ("15", "2"),
                                                                   ("25", "1"))}  # fmt: skip
    assert confidences == {("12", "5"): 0.5, ("15", "2"): 1.0, ("25", "1"): 1.0}
    assert by_sides["15", "2"].conviction is None
    # Of 9: 1 in 6, 2 in 7, both in 4. (2/3) / (7/9); (1 - 7/9) / (1 - 2/3).
    one = by_sides["1", "2"]
    assert (one.support, one.lift) == pytest.approx((4 / 9, 6 / 7))
    assert one.conviction == pytest.approx(2 / 3)


@laws
@given(lists=st.lists(st.sets(st.sampled_from("abcdef"), min_size=1), min_size=1, max_size=30),
       least=st.integers(1, 5), most=st.integers(2, 4))  # fmt: skip
def test_sets__then_they_are_every_combination_counted(
    lists: list[set[str]], least: int, most: int
) -> None:
    found = of(lists)
    items = sorted(set().union(*lists))
    counts = {
        "".join(some): sum(set(some) <= each for each in lists)
        for size in range(1, most + 1)
        for some in combinations(items, size)
    }
    wanted = {some: n for some, n in counts.items() if n >= least}
    assert named(found, frequent(found, least, most)) == wanted


@pytest.mark.parametrize("n", [49, 147, 281, 294, 1_000])
def test_sets__exactly_often_enough__then_kept_whatever_the_share_rounds_to(n: int) -> None:
    found = of([["a", "b"]] * 20 + [["c"]] * (n - 20))
    assert named(found, frequent(found, 20, 2))["ab"] == 20
    assert "ab" not in named(found, frequent(found, 21, 2))


@laws
@given(st.data())
def test_chance__of_two_contents__then_it_is_fisher_s_exact_test(data: st.DataObject) -> None:
    cells = [data.draw(st.integers(0, 30)) for _ in range(4)]
    both, left, right, neither = cells[0] + 1, *cells[1:]
    rule = Found(frozenset([0]), 1, both, both + left, both + right, both + left + right + neither)
    _odds, wanted = fisher_exact([[both, left], [right, neither]], alternative="greater")
    assert chances([rule], {})[0] == pytest.approx(wanted, rel=1e-9)


@laws
@given(st.lists(st.sets(st.sampled_from("abcd"), min_size=1), min_size=4, max_size=40))
def test_chance__of_more__then_the_weakest_test_against_what_asks_for_less(
    lists: list[set[str]],
) -> None:
    found = of(lists)
    sets = frequent(found, 1, 4)
    seen = rules(sets, found.n)
    for rule, p in zip(seen, chances(seen, sets), strict=True):
        left, right = {found.items[i] for i in rule.left}, found.items[rule.right]
        assert p == pytest.approx(max(less(lists, left, item, right) for item in left), rel=1e-9)


def less(lists: Sequence[set[str]], left: set[str], item: str, right: str) -> float:
    """Among those with the others on the left: is ``right`` with ``item`` more often?"""
    among = [each for each in lists if left - {item} <= each]
    table = [
        [sum((item in each) == has and (right in each) == is_right for each in among)
         for is_right in (True, False)]
        for has in (True, False)
    ]  # fmt: skip
    return float(fisher_exact(table, alternative="greater")[1])


@laws
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusted__then_it_is_another_library_s_benjamini_hochberg(p: list[float]) -> None:
    assert adjusted(np.array(p)) == pytest.approx(multipletests(p, method="fdr_bh")[1])


def test_associations__of_chance_alone__then_nothing_is_shown() -> None:
    """Twenty contents without any tie, looked at ten times: at a false discovery rate of 5 % a
    look should show something about once in twenty."""
    shown = 0
    for seed in range(10):
        taken = np.random.default_rng(seed).random((300, 20)) < 0.2
        lists = [[chr(97 + i) for i in np.flatnonzero(row)] for row in taken]
        answer = ask("associations", asked(), had(lists), NOW)
        assert answer.tested > 300
        shown += bool(answer.rules)
    assert shown <= 2


def test_associations__with_a_planted_pair__then_it_is_first_and_counted_right() -> None:
    rng = np.random.default_rng(4)
    lists = [[c for c in "cdefg" if rng.random() < 0.3] for _ in range(200)]
    for i in range(40):
        lists[i] += ["a", "b"] if i < 30 else ["a"]
    answer = ask("associations", asked(), had(lists), NOW)
    first = answer.rules[0]
    assert ([item.id for item in first.left], first.right.id) == (["b"], "a")
    assert (first.together, first.left_count, first.right_count) == (30, 30, 40)
    assert first.confidence == 1 and first.conviction is None
    assert first.lift == pytest.approx(answer.baskets / 40)
    assert first.q < 1e-6
    assert answer.baskets == sum(map(bool, lists))


def test_associations__when_more_contents_say_no_more__then_the_shorter_rule_stands() -> None:
    # Everybody with a has b, whether or not with c as well.
    lists = [["a", "b", "c"]] * 20 + [["a", "b"]] * 20 + [["c"]] * 20 + [["d"]] * 60
    answer = ask("associations", asked(), had(lists), NOW)
    sides = {("".join(i.id for i in rule.left), rule.right.id) for rule in answer.rules}
    assert ("a", "b") in sides and ("ac", "b") not in sides
    assert answer.tested > answer.passed == len(answer.rules)


def test_associations__by_session__then_a_pause_ends_the_basket() -> None:
    together = [["a", "b"]] * 8
    apart = [["a"], ["b"]] * 8
    noise = [["c"]] * 40
    events = had([*together, *apart, *noise])
    by_person = ask("associations", asked(gap_minutes=60, basket="session"), events, NOW)
    assert by_person.baskets == 8 + 16 + 40
    assert by_person.rules[0].together == 8
    # An hour passes between a and b: half an hour's pause takes them apart.
    parted = ask("associations", asked(gap_minutes=59, basket="session"), events, NOW)
    assert (parted.baskets, parted.rules) == (8 * 2 + 16 + 40, ())


def test_associations__when_one_has_the_same_twice__then_it_is_in_the_basket_once() -> None:
    answer = ask("associations", asked(), had([["a", "a", "b"]] * 6 + [["c"]] * 20), NOW)
    assert answer.rules[0].together == 6


def test_associations__outside_the_window_or_without_a_text__then_not_in_the_basket() -> None:
    events = had([["a", "b"]] * 6, days=3) + had([["a", "c"]] * 6 + [["d"]] * 9, days=30)
    events += [Said(99, "take", NOW, {"content": value}) for value in (None, 7, "")]
    answer = ask("associations", asked(window={"days": 10}), events, NOW)
    assert (answer.baskets, answer.items) == (6, 2)


def test_associations__with_titles__then_the_catalogue_s_and_ids_where_it_has_none() -> None:
    import msgspec

    question = msgspec.convert(asked(), INSIGHTS.get("associations"))
    source = source_of(rows(had([["a", "b"]] * 9 + [["c"]] * 30)))
    moment = Moment(NOW, UTC_ZONE, titles=lambda ids: {"a": "Algebra"} if "a" in ids else {})
    answer: Any = question.answer(source, moment)
    titles = {item.id: item.title for rule in answer.rules for item in (*rule.left, rule.right)}
    assert titles == {"a": "Algebra", "b": "b"}


def test_associations__of_too_many_contents__then_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(associations, "MOST_FREQUENT_ITEMS", 1)
    with pytest.raises(Refused) as error:
        ask("associations", asked(), had([["a", "b"]] * 9), NOW)
    assert error.value.code == "too_many_items" and "2 contents" in error.value.message
