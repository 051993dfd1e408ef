"""Overlaps of segments beside plain Python sets."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from marketing.kernel.errors import Invalid
from segments.analysis.overlap import overlaps, parts

EVERYBODY = BitMap(range(1, 41))
SEGMENTS = st.lists(st.frozensets(st.integers(0, 45)), min_size=2, max_size=6).map(
    lambda found: {f"s{i}": members for i, members in enumerate(found)}
)
laws = settings(max_examples=200, deadline=None)


def bitmaps(segments: dict[str, frozenset[int]]) -> dict[str, BitMap]:
    return {key: BitMap(members) for key, members in segments.items()}


@laws
@given(SEGMENTS)
def test_pairs__beside_python_s_sets__then_every_number_is_equal(
    segments: dict[str, frozenset[int]],
) -> None:
    found = overlaps(bitmaps(segments), EVERYBODY)
    alive = {key: members & frozenset(EVERYBODY) for key, members in segments.items()}
    assert found.sizes == {key: len(members) for key, members in alive.items()}
    for a, b in combinations(segments, 2):
        pair, one, other = found.pair(a, b), alive[a], alive[b]
        assert pair.both == len(one & other)
        assert pair.jaccard == (len(one & other) / len(one | other) if one | other else None)
        assert pair.of_a == (len(one & other) / len(one) if one else None)
        assert pair.of_b == (len(one & other) / len(other) if other else None)
        if one and other:
            by_chance = len(one) / 40 * len(other) / 40
            assert pair.lift == pytest.approx(len(one & other) / 40 / by_chance)
        else:
            assert pair.lift is None


@laws
@given(SEGMENTS)
def test_parts__beside_python_s_sets__then_everybody_is_in_exactly_one(
    segments: dict[str, frozenset[int]],
) -> None:
    found = parts(bitmaps(segments))
    everybody = frozenset().union(*segments.values())
    where = {
        person: tuple(key for key, members in segments.items() if person in members)
        for person in everybody
    }
    by_part = {part.inside: frozenset(part.members) for part in found}
    assert len(by_part) == len(found)
    assert by_part == {
        inside: frozenset(p for p in everybody if where[p] == inside) for inside in where.values()
    }
    sizes = [part.people for part in found]
    assert sizes == sorted(sizes, reverse=True) and all(sizes)


def test_pair__when_asked_the_other_way_round__then_its_sides_are_turned() -> None:
    found = overlaps({"a": BitMap([1, 2, 3, 4]), "b": BitMap([4, 5])}, EVERYBODY)
    one, other = found.pair("a", "b"), found.pair("b", "a")
    assert (one.of_a, one.of_b) == (0.25, 0.5)
    assert (other.a, other.of_a, other.of_b) == ("b", 0.5, 0.25)
    assert one.lift == other.lift == 1 * 40 / (4 * 2)


def test_segments__when_independent__then_the_lift_is_1() -> None:
    even, third = BitMap(range(0, 60, 2)), BitMap(range(0, 60, 3))
    assert overlaps({"a": even, "b": third}, BitMap(range(60))).pair("a", "b").lift == 1


def test_parts__when_worked_by_hand__then_as_worked() -> None:
    found = parts({"a": BitMap([1, 2, 3]), "b": BitMap([3, 4]), "c": BitMap([5])})
    assert [(part.inside, list(part.members)) for part in found] == [
        (("a",), [1, 2]), (("a", "b"), [3]), (("b",), [4]), (("c",), [5])
    ]  # fmt: skip


@pytest.mark.parametrize(("n", "most"), [(1, 50), (51, 50)])
def test_overlaps__of_one_or_of_too_many__then_it_is_refused(n: int, most: int) -> None:
    with pytest.raises(Invalid) as caught:
        overlaps({f"s{i}": BitMap() for i in range(n)}, EVERYBODY)
    assert caught.value.code == "segment_count" and f"2 to {most}" in str(caught.value)


@pytest.mark.parametrize("n", [1, 7])
def test_parts__of_one_or_of_too_many__then_it_is_refused(n: int) -> None:
    with pytest.raises(Invalid):
        parts({f"s{i}": BitMap([i]) for i in range(n)})


def test_overlaps__of_fifty__then_every_pair_is_there() -> None:
    found = overlaps({f"s{i}": BitMap([i, i + 1]) for i in range(50)}, BitMap(range(51)))
    assert len(found.pairs) == 50 * 49 // 2
    assert found.pair("s3", "s4").both == 1
