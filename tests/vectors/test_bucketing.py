"""Every case of GrowthBook's SDK test file that is about assignment, one at a time and in bulk."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from marketing.experiments.bucketing import (
    bucket,
    bucket_ranges,
    buckets,
    choose_arm,
    equal_weights,
    in_namespace,
    in_namespaces,
)

CASES: dict[str, Any] = json.loads(Path(__file__).with_name("bucketing.json").read_text("utf-8"))

# Whatever str can hold, unpaired surrogates and NUL too, and the ids that platforms really use.
texts = st.text(st.characters(exclude_categories=[]), max_size=20)
ids = st.lists(texts | st.from_regex(r"[0-9a-f]{1,12}", fullmatch=True), max_size=30)


def test_vectors__read__then_every_family_is_here() -> None:
    families = {"hash", "getBucketRange", "chooseVariation", "getEqualWeights", "inNamespace"}
    assert set(CASES) == {"specVersion", *families}
    assert all(CASES[family] for family in families)


@pytest.mark.parametrize(("seed", "value", "version", "expected"), CASES["hash"])
def test_bucket__published_case__then_same(
    seed: str, value: str, version: int, expected: float | None
) -> None:
    assert bucket(seed, value, version) == expected


@pytest.mark.parametrize(("seed", "value", "version", "expected"), CASES["hash"])
@pytest.mark.parametrize("as_array", [False, True])
def test_buckets__published_case__then_same(
    seed: str, value: str, version: int, expected: float | None, as_array: bool
) -> None:
    values = np.array([value, "x" + value]) if as_array else [value, "x" + value]
    if expected is None:
        with pytest.raises(ValueError, match="no hash version 99"):
            buckets(seed, values, version)
    else:
        assert buckets(seed, values, version)[0] == expected


@pytest.mark.parametrize(("name", "arguments", "expected"), CASES["getBucketRange"])
def test_bucket_ranges__published_case__then_same(
    name: str, arguments: tuple[int, float, list[float] | None], expected: list[list[float]]
) -> None:
    ranges = bucket_ranges(*arguments)
    assert np.array(ranges) == pytest.approx(np.array(expected)), name


@pytest.mark.parametrize(("name", "n", "ranges", "expected"), CASES["chooseVariation"])
def test_choose_arm__published_case__then_same_alone_and_in_bulk(
    name: str, n: float, ranges: list[tuple[float, float]], expected: int
) -> None:
    arms = choose_arm(np.array([n, np.nan]), ranges)
    assert arms.dtype == np.int8
    assert (choose_arm(n, ranges), *arms.tolist()) == (expected, expected, -1), name


@pytest.mark.parametrize(("n_arms", "expected"), CASES["getEqualWeights"])
def test_equal_weights__published_case__then_same(n_arms: int, expected: list[float]) -> None:
    assert equal_weights(n_arms) == pytest.approx(expected)


@pytest.mark.parametrize(("name", "value", "namespace", "expected"), CASES["inNamespace"])
def test_in_namespace__published_case__then_same_alone_and_in_bulk(
    name: str, value: str, namespace: tuple[str, float, float], expected: bool
) -> None:
    assert in_namespace(value, namespace) is expected, name
    assert in_namespaces([value], namespace).tolist() == [expected], name


@given(seed=texts, values=ids, version=st.sampled_from([1, 2]))
@example(seed="", values=["", "a", "", "课程", "a\0", "\ud800", "é" * 50], version=2)
def test_buckets__list_of_any_text__then_equals_scalar(
    seed: str, values: list[str], version: int
) -> None:
    expected = [bucket(seed, value, version) for value in values]
    assert buckets(seed, values, version).tolist() == expected
    as_objects = np.array(values, dtype=object)
    assert buckets(seed, as_objects, version).tolist() == expected


@given(seed=texts, values=ids, version=st.sampled_from([1, 2]))
def test_buckets__numpy_text__then_equals_scalar_of_what_the_array_holds(
    seed: str, values: list[str], version: int
) -> None:
    array = np.array(values, dtype=np.str_)
    expected = [bucket(seed, value, version) for value in array.tolist()]
    assert buckets(seed, array, version).tolist() == expected
    assert buckets(seed, array[::2], version).tolist() == expected[::2]


def test_buckets__more_than_one_chunk_of_mixed_lengths__then_equals_scalar() -> None:
    values = [f"用户{i}" if i % 7 == 0 else str(i) for i in range(70_000)]
    expected = [bucket("s", value, 2) for value in values]
    assert buckets("s", values).tolist() == expected
    assert buckets("s", np.array(values)).tolist() == expected


@pytest.mark.parametrize("values", ["abc", np.array([1, 2]), np.array([b"a"])])
def test_buckets__not_texts__then_type_error(values: Any) -> None:
    with pytest.raises(TypeError, match="sequence of str"):
        buckets("s", values)


@given(
    coverage=st.floats(0, 1),
    weights=st.lists(st.floats(0.01, 1), min_size=1, max_size=6),
    n=st.lists(st.floats(0, 1, exclude_max=True), max_size=30),
)
def test_choose_arm__bulk__then_equals_scalar(
    coverage: float, weights: list[float], n: list[float]
) -> None:
    shares = [weight / sum(weights) for weight in weights]
    ranges = bucket_ranges(len(shares), coverage, shares)
    assert choose_arm(np.array(n), ranges).tolist() == [choose_arm(one, ranges) for one in n]


@given(
    low=st.floats(0, 1),
    high=st.floats(0, 1),
    n=st.floats(0, 1, exclude_max=True),
    n_arms=st.integers(1, 6),
)
def test_bucket_ranges__coverage_raised__then_nobody_changes_arm(
    low: float, high: float, n: float, n_arms: int
) -> None:
    low, high = min(low, high), max(low, high)
    before = choose_arm(n, bucket_ranges(n_arms, low))
    assert before in (-1, choose_arm(n, bucket_ranges(n_arms, high)))


def test_choose_arm__more_arms_than_int8__then_value_error() -> None:
    with pytest.raises(ValueError, match="at most 127"):
        choose_arm(0.5, bucket_ranges(128))


def test_choose_arm__no_bucket__then_no_arm() -> None:
    assert choose_arm(None, [(0, 1)]) == -1
    assert choose_arm(float("nan"), [(0, 1)]) == -1


def test_buckets__many_people__then_shares_are_as_asked() -> None:
    ids = np.arange(200_000).astype(np.str_)
    arms = choose_arm(buckets("holdout", ids), bucket_ranges(2, 1.0, [0.2, 0.8]))
    assert np.mean(arms == 0) == pytest.approx(0.2, abs=0.005)
