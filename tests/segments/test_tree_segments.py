"""A tree becomes a condition that says exactly what the tree says, missing values included."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from marketing.conditions.groups import leaves
from marketing.conditions.parse import parse, to_json
from marketing.conditions.types import Column, Ref
from marketing.kernel.errors import Invalid
from marketing.personas.types import Personas
from segments.learning.columns import Bools
from segments.learning.cuts import cuts, roundest
from segments.learning.growing import Leaf, branches, coded, depth_of, grow, matrix, predicted
from segments.learning.tree import FEWEST_EXAMPLES, TreeSegment, learn_tree
from segments.learning.tree_condition import document
from tests.conditions.worlds import population
from tests.conformance.planted import everybody, number, personas, text

SPENT, QUIET = Ref("trait", "spent"), Ref("score", "quiet")
CITY, PUSH, VIP = Ref("attribute", "city"), Ref("attribute", "push"), Ref("segment", "vip")
KINDS = {SPENT: "number", QUIET: "number", CITY: "text", PUSH: "flag", VIP: "flag"}
VALUES = {
    "number": st.none() | st.integers(-3, 3).map(float) | st.floats(allow_nan=False),
    "text": st.none() | st.sampled_from(["a", "b", "上海", "d", ""]),
    "flag": st.none() | st.booleans(),
}
SIZE = 40


@st.composite
def crowds(draw: st.DrawFn) -> Personas:
    """Columns of every kind, each of a few values, of which missing may be one."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    columns = {}
    for ref, kind in KINDS.items():
        values = draw(st.lists(VALUES[kind], min_size=1, max_size=8, unique_by=repr))
        columns[ref] = population(kind, [values[i] for i in rng.integers(0, len(values), SIZE)])
    return personas(columns)


def answers(found: Personas, condition: object) -> Bools:
    said = parse(condition).evaluate(found)
    return np.broadcast_to(np.asarray(said, bool), (found.size,))


@settings(max_examples=150, deadline=None)
@given(crowds(), crowds(), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_condition__of_a_tree__then_it_picks_whom_the_tree_picks_and_scikit_learn_agrees(
    then: Personas, later: Personas, depth: int, seed: int
) -> None:
    holds = np.random.default_rng(seed).random(SIZE) < 0.5
    assume(holds.any() and not holds.all())
    features = coded(then, list(KINDS), everybody(then))
    assume(features)
    tree = grow(features, holds, depth, 2, seed)
    branch = branches(tree, features, 0.5)
    theirs = tree.predict_proba(matrix(features))[:, 1] >= 0.5
    np.testing.assert_array_equal(predicted(branch, then, everybody(then)), theirs)
    assume(not isinstance(branch, Leaf))
    condition = json.loads(json.dumps(document(branch)))
    assert to_json(parse(condition)) == condition
    assert depth_of(branch) <= depth
    for found in (then, later):
        whole = predicted(branch, found, everybody(found))
        np.testing.assert_array_equal(answers(found, condition), whole)
        alone = [parse(condition).evaluate(found.one(i)) for i in range(3)]
        assert alone == whole[:3].tolist()


def planted(seed: int = 0, n: int = 3000) -> tuple[Personas, Bools]:
    """Inside: spent more than 50 in Rome, or quiet unknown; one in twenty answers is wrong."""
    rng = np.random.default_rng(seed)
    spent = rng.integers(0, 100, n).astype(float)
    spent[rng.random(n) < 0.05] = np.nan
    city = rng.choice(["Rome", "Oslo", "Bonn"], n)
    quiet = np.where(rng.random(n) < 0.15, np.nan, rng.random(n))
    holds = ((spent > 50) & (city == "Rome")) | np.isnan(quiet)
    found = personas({SPENT: number(spent), QUIET: number(quiet), CITY: text(city.tolist())})
    return found, holds ^ (rng.random(n) < 0.05)


def learned(found: Personas, holds: Bools, **more: float) -> TreeSegment:
    return learn_tree(found, list(found.columns), everybody(found), holds, 3, **more)  # type: ignore[arg-type]


def test_tree__when_a_rule_is_planted__then_it_is_found_in_words_an_operator_can_read() -> None:
    segment = learned(*planted())
    said = parse(segment.document).describe("en", lambda ref, language: ref.name)
    assert said in (
        "(quiet is known and spent is more than 50 and city is “Rome”) or not (quiet is known)",
        "(quiet is known and city is “Rome” and spent is more than 50) or not (quiet is known)",
        "not (quiet is known) or (quiet is known and spent is more than 50 and city is “Rome”)",
        "not (quiet is known) or (quiet is known and city is “Rome” and spent is more than 50)",
    )
    assert segment.depth == 3


def test_tree__when_measured__then_on_people_whom_it_did_not_see() -> None:
    found, holds = planted()
    segment = learned(found, holds)
    fresh, fresh_holds = planted(1, 20_000)
    picked = answers(fresh, segment.document)
    precision = (picked & fresh_holds).sum() / picked.sum()
    recall = (picked & fresh_holds).sum() / fresh_holds.sum()
    assert segment.precision is not None and segment.recall is not None
    assert segment.precision.low < precision < segment.precision.high
    assert segment.recall.low < recall < segment.recall.high
    assert segment.base_rate == holds.mean()
    assert segment.learned_from + 900 == pytest.approx(3000, abs=2)


def test_tree__when_columns_are_noise__then_the_held_out_people_do_not_flatter_it() -> None:
    """Of those it learned from, at least 62 % of every part that it picks are examples."""
    rng = np.random.default_rng(2)
    found = personas({Ref("trait", f"t{i}"): number(rng.random(400)) for i in range(30)})
    holds = rng.random(400) < 0.5
    segment = learned(found, holds, min_precision=0.62)
    assert segment.precision is not None and segment.precision.rate < 0.6


def test_share__of_the_held_out__then_its_bounds_are_wilson_s() -> None:
    share = learned(*planted()).precision
    assert share is not None and share.rate == share.people / share.of
    low, high = binomtest(share.people, share.of).proportion_ci(0.95, "wilson")
    assert [share.low, share.high] == pytest.approx([low, high])


def test_tree__when_the_seed_is_the_same__then_so_is_the_condition() -> None:
    assert learned(*planted()) == learned(*planted())


def test_tree__when_a_shallow_one_does_as_well__then_it_is_taken() -> None:
    rng = np.random.default_rng(0)
    spent = rng.integers(0, 100, 2000).astype(float)
    found = personas({SPENT: number(spent), QUIET: number(rng.random(2000))})
    segment = learned(found, (spent > 30) ^ (rng.random(2000) < 0.1))
    assert segment.document == {
        "version": 2,
        "condition": {"type": "trait", "name": "spent", "op": "gt", "value": 30},
    }


def test_tree__when_a_deeper_one_is_hardly_better__then_the_shallow_one_is_taken() -> None:
    """In one of fifty cities it is the other way round: one more split is worth less than 0.01."""
    rng = np.random.default_rng(0)
    spent = rng.integers(0, 100, 20_000).astype(float)
    city = np.where(rng.random(20_000) < 0.012, "Rome", "Oslo")
    found = personas({SPENT: number(spent), CITY: text(city.tolist())})
    segment = learned(found, (spent > 30) ^ (city == "Rome"))
    assert segment.depth == 1


def test_tree__when_a_part_has_too_few_people__then_it_is_not_used() -> None:
    """Nineteen people at 7 are all examples; below twenty no part may be so small."""
    spent = np.tile(np.arange(5.0), 400)
    spent[:19] = 7
    holds = (spent == 7) | (spent == 2)
    found = personas({SPENT: number(spent)})
    segment = learned(found, holds)
    assert not answers(found, segment.document)[spent == 7].any()
    assert answers(found, segment.document)[spent == 2].all()


def test_tree__when_more_precision_is_asked__then_fewer_are_picked_more_precisely() -> None:
    rng = np.random.default_rng(0)
    spent = rng.random(6000) * 100
    found = personas({SPENT: number(spent)})
    holds = rng.random(6000) < spent / 100
    loose, strict = learned(found, holds), learned(found, holds, min_precision=0.85)
    assert loose.precision is not None and strict.precision is not None
    assert strict.precision.rate > loose.precision.rate + 0.1
    assert answers(found, strict.document).sum() < answers(found, loose.document).sum()


def test_tree__when_columns_tell_nothing__then_there_is_no_rule() -> None:
    rng = np.random.default_rng(0)
    found = personas({SPENT: number(rng.random(3000))})
    with pytest.raises(Invalid) as caught:
        learned(found, rng.random(3000) < 0.1)
    assert caught.value.code == "no_rule"


@pytest.mark.parametrize("few", [0, FEWEST_EXAMPLES - 1])
@pytest.mark.parametrize("inside", [True, False])
def test_tree__when_examples_are_too_few__then_it_says_how_many(few: int, inside: bool) -> None:
    found = personas({SPENT: number(np.arange(1000.0))})
    holds = (np.arange(1000) < few) == inside
    with pytest.raises(Invalid) as caught:
        learned(found, holds)
    assert caught.value.code == "too_few_examples"
    assert str(FEWEST_EXAMPLES) in caught.value.message


def test_tree__when_no_criterion_reads_a_column__then_it_is_refused() -> None:
    found = personas({Ref("bucket", "x"): number(np.arange(1000.0))})
    with pytest.raises(Invalid) as caught:
        learned(found, np.arange(1000) < 500)
    assert caught.value.code == "not_in_conditions"


def test_columns__when_nobody_differs__then_there_is_nothing_to_ask() -> None:
    found = personas({SPENT: number(np.ones(1000))})
    with pytest.raises(Invalid) as caught:
        learned(found, np.arange(1000) < 500)
    assert caught.value.code == "no_columns"


def test_examples__when_lengths_differ_or_it_is_too_deep__then_they_are_refused() -> None:
    found, holds = planted()
    for wrong in ({"holds": holds[:5]}, {"max_depth": 5}):
        with pytest.raises(Invalid) as caught:
            learned(found, **({"holds": holds} | wrong))
        assert caught.value.code == "bad_examples"


def test_leaves__of_every_kind_of_column__then_they_read_that_column() -> None:
    for ref in (SPENT, QUIET, CITY, VIP, Ref("percentile", "churn"), Ref("reachable", "push")):
        rng = np.random.default_rng(0)
        flags = rng.random(500) < 0.5
        column = Column(flags, np.ones(500, bool)) if ref.kind in ("segment", "reachable") else (
            number(flags.astype(float)))  # fmt: skip
        found = personas({ref: column})
        node = parse(learned(found, flags).document)
        assert {leaf.ref() for leaf in leaves(node)} == {ref}


@settings(max_examples=300, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False),
       st.floats(allow_nan=False, allow_infinity=False))  # fmt: skip
def test_bound__between_any_two_numbers__then_it_parts_them(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assume(low < high)
    assert low <= roundest(low, high) < high


@pytest.mark.parametrize(
    ("low", "high", "bound"),
    [(3, 4, 3), (0.12, 0.37, 0.2), (97, 102, 100), (1234, 1236, 1234), (-0.5, 0.2, 0), (0, 1, 0),
     (-9, -7, -9), (-1.5, -1, -1.5), (0.333, 0.334, 0.333), (9.5, 11, 10),
     (15e9, 25e9, 2 * 10**10)],
)  # fmt: skip
def test_bound__between_two_numbers__then_it_has_the_fewest_digits(
    low: float, high: float, bound: float
) -> None:
    found = roundest(low, high)
    assert found == bound and isinstance(found, int) == isinstance(bound, int)


def test_cuts__of_many_values__then_they_are_few_and_part_people_evenly() -> None:
    values = np.random.default_rng(0).lognormal(3, 1, 50_000)
    found = np.array(cuts(values))
    assert len(found) <= 64 and (np.diff(found) > 0).all()
    shares = np.bincount(np.searchsorted(found, values)) / len(values)
    assert shares.max() < 0.04


def test_cuts__of_mostly_zeros__then_zero_is_parted_from_the_rest() -> None:
    values = np.concatenate([np.zeros(900), np.random.default_rng(0).uniform(5, 10, 100)])
    assert cuts(values)[0] == 0
