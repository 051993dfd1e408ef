"""How columns become a matrix: the stated rules, by hand and beside scipy."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import iqr, skew

from marketing.conditions.types import Column, Ref
from marketing.kernel.errors import Invalid, NotFound
from segments.learning.prepare import (
    CUT_OFF,
    HEIGHT,
    Choice,
    Missing,
    Number,
    Preparation,
    is_heavy_tailed,
    prepare,
    skewness,
)
from tests.conformance.planted import everybody, number, personas, text

X, Y = Ref("trait", "x"), Ref("attribute", "y")
NAN = np.nan


def prepared_number(values: list[float], missing: Missing = Missing.MEDIAN) -> Number:
    found = personas({X: number(np.array(values))})
    part = prepare(found, [X], everybody(found), missing).parts[0]
    assert isinstance(part, Number)
    return part


@pytest.mark.parametrize(
    ("kind", "is_log"),
    [("lognormal", True), ("exponential", True), ("normal", False), ("uniform", False),
     ("negative", False), ("left", False)],
)  # fmt: skip
def test_logarithm__when_a_number_is_heavy_tailed_and_not_negative__then_it_is_taken(
    kind: str, is_log: bool
) -> None:
    rng = np.random.default_rng(0)
    values = {
        "lognormal": rng.lognormal(3, 1, 2000),
        "exponential": rng.exponential(10, 2000),
        "normal": rng.normal(50, 10, 2000),
        "uniform": rng.uniform(0, 100, 2000),
        "negative": rng.lognormal(3, 1, 2000) - 5,
        "left": 100 - rng.exponential(5, 2000),
    }[kind]
    assert is_heavy_tailed(values) is is_log
    assert prepared_number(values.tolist()).log is is_log


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=40))
def test_skewness__beside_scipy__then_it_is_equal(values: list[float]) -> None:
    column = np.array(values)
    if column.std() > 1e-6 * max(1.0, float(np.abs(column).max())):
        assert skewness(column) == pytest.approx(float(skew(column)), rel=1e-6, abs=1e-9)


def test_skewness__of_amounts_whose_cube_overflows__then_it_is_finite() -> None:
    assert np.isfinite(skewness(np.array([0.0, 1e200, 3e200])))
    assert skewness(np.ones(4)) == 0


def test_number__when_prepared__then_centred_on_the_median_in_robust_deviations() -> None:
    values = [1.0, 2, 4, 7, 11, 13]
    found = personas({X: number(np.array(values))})
    made = prepare(found, [X], everybody(found)).apply(found, everybody(found))
    expected = (np.array(values) - np.median(values)) / (iqr(values) / 1.349)
    np.testing.assert_allclose(made.matrix[:, 0], expected)


def test_number__when_one_lies_far_out__then_it_is_cut_off_and_moves_nobody_else() -> None:
    rng = np.random.default_rng(0)
    usual = rng.normal(0, 1, 1000).tolist()
    found = personas({X: number(np.array([*usual, -1e9]))})
    preparation = prepare(found, [X], everybody(found))
    made = preparation.apply(found, everybody(found)).matrix[:, 0]
    assert made[-1] == -CUT_OFF
    np.testing.assert_allclose(made[:-1], usual, atol=0.25)


def test_number__when_half_of_all_share_one_value__then_the_standard_deviation_scales() -> None:
    values = [0.0] * 8 + [-3.0, 5.0]
    part = prepared_number(values)
    assert part.scale == pytest.approx(np.std(values))


def test_flag__when_prepared__then_it_stays_0_and_1() -> None:
    found = personas({X: Column(np.array([True, False, True, True]), np.ones(4, bool))})
    made = prepare(found, [X], everybody(found)).apply(found, everybody(found))
    assert made.matrix.ravel().tolist() == [1, 0, 1, 1]


def test_missing_number__with_the_median__then_it_is_filled_and_said() -> None:
    found = personas({X: number(np.array([1.0, 2, 4, 7, NAN]))})
    preparation = prepare(found, [X], everybody(found))
    made = preparation.apply(found, everybody(found))
    assert preparation.features == ((X, ""), (X, "missing"))
    assert made.matrix[4, 0] == 0  # the median, 3, is the centre
    assert made.matrix[:, 1].tolist() == [0, 0, 0, 0, 1]
    assert made.kept.all()


def test_missing_number__when_left_out__then_the_person_is_not_kept() -> None:
    found = personas({X: number(np.array([1.0, 2, 4, 7, NAN])),
                      Y: text(["a", "b", None, "a", "b"])})  # fmt: skip
    preparation = prepare(found, [X, Y], everybody(found), Missing.LEAVE_OUT)
    made = preparation.apply(found, everybody(found))
    assert made.kept.tolist() == [True, True, False, True, False]
    assert not made.matrix[~made.kept].any()
    assert [name for _, name in preparation.features] == ["", "=a", "=b"]


def test_missing_number__when_it_is_rare__then_it_has_no_column_of_its_own() -> None:
    rare = [float(i) for i in range(199)] + [NAN]
    assert not prepared_number(rare).tells_missing
    assert prepared_number([*rare, NAN]).tells_missing is False  # 2 of 201 is below 1 %
    assert prepared_number([*rare, NAN, NAN]).tells_missing


def test_infinite_number__when_prepared__then_it_counts_as_missing() -> None:
    found = personas({X: number(np.array([1.0, 2, 4, np.inf]))})
    made = prepare(found, [X], everybody(found)).apply(found, everybody(found))
    assert made.matrix[:, 1].tolist() == [0, 0, 0, 1]


def test_text__when_prepared__then_two_categories_are_1_apart() -> None:
    found = personas({Y: text(["a", "b", "a", None])})
    preparation = prepare(found, [Y], everybody(found))
    made = preparation.apply(found, everybody(found)).matrix
    assert [name for _, name in preparation.features] == ["=a", "=b", "missing"]
    np.testing.assert_allclose(
        made, HEIGHT * np.array([[1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1]])
    )
    assert np.linalg.norm(made[0] - made[1]) == pytest.approx(1)


def test_text__when_it_has_many_categories__then_the_rare_are_other() -> None:
    names = [f"c{i:02d}" for i in range(15) for _ in range(20 - i)] + ["rare"]
    found = personas({Y: text(list(names))})
    part = prepare(found, [Y], everybody(found)).parts[0]
    assert isinstance(part, Choice)
    assert part.categories == tuple(f"c{i:02d}" for i in range(12))
    made = prepare(found, [Y], everybody(found)).apply(found, everybody(found)).matrix
    assert (made > 0).sum(axis=1).tolist() == [1] * len(names)
    assert made[-1, 12] == HEIGHT


def test_text__when_replayed_on_other_codes__then_it_goes_by_the_category_s_name() -> None:
    then = personas({Y: text(["a", "b", "b", "c"])})
    later = personas({Y: text(["b", "new", "a", None])})
    preparation = prepare(then, [Y], everybody(then))
    assert [name for _, name in preparation.features] == ["=b", "=a", "=c"]
    made = preparation.apply(later, everybody(later)).matrix
    np.testing.assert_allclose(
        made, HEIGHT * np.array([[1, 0, 0], [0, 0, 0], [0, 1, 0], [0, 0, 0]])
    )


def test_preparation__when_written_as_json__then_it_is_replayed_exactly() -> None:
    rng = np.random.default_rng(0)
    found = personas({X: number(rng.lognormal(0, 1, 50)), Y: text(["a", "b"] * 25)})
    preparation = prepare(found, [X, Y], everybody(found))
    again = msgspec.json.decode(msgspec.json.encode(preparation), type=Preparation)
    assert again == preparation
    np.testing.assert_array_equal(
        again.apply(found, everybody(found)).matrix,
        preparation.apply(found, everybody(found)).matrix,
    )


def test_preparation__when_later_people_are_extreme__then_nothing_is_decided_anew() -> None:
    then = personas({X: number(np.random.default_rng(0).lognormal(3, 1, 500))})
    preparation = prepare(then, [X], everybody(then))
    later = personas({X: number(np.array([-5.0, 1e12, NAN]))})
    made = preparation.apply(later, everybody(later)).matrix[:, 0]
    assert np.isfinite(made).all()
    assert made[1] == CUT_OFF and made[0] < 0 and abs(made[2]) < 1e-3


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([5.0] * 10, "all_alike"),
        ([NAN] * 99 + [1.0], "mostly_missing"),
        ([NAN] * 3, "mostly_missing"),
    ],
)
def test_column__when_it_tells_nothing__then_it_is_left_out_with_the_reason(
    values: list[float], why: str
) -> None:
    useful = np.arange(float(len(values)))
    found = personas({X: number(np.array(values)), Ref("trait", "z"): number(useful)})
    preparation = prepare(found, [X, Ref("trait", "z")], everybody(found))
    assert [(each.ref, each.why) for each in preparation.left_out] == [(X, why)]
    assert len(preparation.features) == 1


def test_columns__when_none_tells_anything__then_it_is_refused() -> None:
    found = personas({X: number(np.ones(5)), Y: text(["a"] * 5)})
    with pytest.raises(Invalid) as caught:
        prepare(found, [X, Y], everybody(found))
    assert caught.value.code == "no_columns"


def test_people__when_there_are_none__then_it_is_refused() -> None:
    found = personas({X: number(np.ones(5))})
    with pytest.raises(Invalid) as caught:
        prepare(found, [X], np.empty(0, np.int64))
    assert caught.value.code == "too_few_people"


def test_column__when_it_is_gone_at_a_refresh__then_the_error_names_it() -> None:
    found = personas({X: number(np.arange(5.0))})
    preparation = prepare(found, [X], everybody(found))
    with pytest.raises(NotFound):
        preparation.apply(personas({Y: text(["a"])}), np.array([0]))


def test_people__when_they_are_newer_than_a_column__then_it_is_missing_for_them() -> None:
    found = personas({X: number(np.array([1.0, 2, 4, 7, NAN]))})
    preparation = prepare(found, [X], everybody(found))
    made = preparation.apply(found, np.array([0, 99])).matrix
    assert made[:, 1].tolist() == [0, 1]


COLUMN = st.lists(st.none() | st.floats(), min_size=2, max_size=30)


@settings(max_examples=150, deadline=None)
@given(COLUMN, COLUMN, st.sampled_from(Missing))
def test_matrix__of_any_numbers_at_all__then_it_is_finite(
    learned: list[float | None], later: list[float | None], missing: Missing
) -> None:
    def column(values: list[float | None]) -> Column:
        return number(np.array([NAN if v is None else v for v in values]))

    then, now = personas({X: column(learned)}), personas({X: column(later)})
    try:
        preparation = prepare(then, [X], everybody(then), missing)
    except Invalid as error:
        assert error.code == "no_columns"
        return
    for found in (then, now):
        matrix = preparation.apply(found, everybody(found)).matrix
        assert np.isfinite(matrix).all() and (np.abs(matrix) <= CUT_OFF).all()
