"""The laws of every clusterer, with its default parameters and four clusters where it is told."""

from __future__ import annotations

import subprocess
import sys

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from marketing.kernel.errors import Invalid
from segments.learning.clusterers import CLUSTERERS, Clusterer
from segments.learning.points import Labels
from segments.learning.storing import pack, unpack
from tests.conformance.planted import blobs


class Nothing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document that says nothing."""


def members() -> list[Clusterer]:
    found = [CLUSTERERS.get(name)() for name in CLUSTERERS]
    return [
        msgspec.structs.replace(each, k=4) if "k" in each.__struct_fields__ else each
        for each in found
    ]


every_member = pytest.mark.parametrize("clusterer", members(), ids=lambda one: type(one).__name__)


def alike(one: NDArray[np.generic], other: NDArray[np.generic]) -> float:
    return float(adjusted_rand_score(one, other))


@every_member
@pytest.mark.parametrize("order", [1, 2, 3])
def test_clusterer__when_groups_are_planted__then_they_are_found_in_any_order_of_the_rows(
    clusterer: Clusterer, order: int
) -> None:
    matrix, truth = blobs(7)
    rows = np.random.default_rng(order).permutation(len(matrix))
    assert alike(truth[rows], clusterer.fit(matrix[rows], 0).labels) > 0.9


@every_member
def test_clusterer__when_the_seed_is_the_same__then_so_are_the_labels(clusterer: Clusterer) -> None:
    """Where there are no groups, another start would end elsewhere."""
    matrix = np.random.default_rng(0).random((600, 5))
    one, other = clusterer.fit(matrix, 5), clusterer.fit(matrix, 5)
    np.testing.assert_array_equal(one.labels, other.labels)
    for name in one.learned:
        np.testing.assert_array_equal(one.learned[name], other.learned[name])


@every_member
def test_clusterer__when_the_seed_differs__then_separate_groups_keep_their_numbers(
    clusterer: Clusterer,
) -> None:
    matrix, _ = blobs(7)
    one, other = clusterer.fit(matrix, 5).labels, clusterer.fit(matrix, 6).labels
    assert (one == other).mean() > 0.98


@every_member
def test_clusterer__when_it_numbers__then_by_size_and_without_gaps(clusterer: Clusterer) -> None:
    fit = clusterer.fit(blobs(7)[0], 0)
    sizes = np.bincount(fit.labels[fit.labels >= 0])
    assert fit.labels.dtype == np.int32
    assert fit.k == len(sizes) == 4
    assert (np.diff(sizes) <= 0).all() and (sizes > 0).all()


@every_member
def test_clusterer__when_saved_and_loaded__then_everybody_is_assigned_as_before(
    clusterer: Clusterer,
) -> None:
    learned = clusterer.fit(blobs(7)[0], 0).learned
    _, loaded = unpack("points", Nothing, pack("points", Nothing(), learned))
    fresh, _ = blobs(8)
    np.testing.assert_array_equal(clusterer.assign(loaded, fresh), clusterer.assign(learned, fresh))


@every_member
def test_clusterer__when_those_it_learned_from_are_assigned__then_as_the_fit_put_them(
    clusterer: Clusterer,
) -> None:
    matrix, _ = blobs(7)
    fit = clusterer.fit(matrix, 0)
    share = float((clusterer.assign(fit.learned, matrix) == fit.labels).mean())
    assert fit.agreement == pytest.approx(share)
    assert share >= clusterer.agrees


@every_member
def test_clusterer__when_people_are_new__then_they_go_where_the_others_of_their_group_are(
    clusterer: Clusterer,
) -> None:
    fit = clusterer.fit(blobs(7)[0], 0)
    fresh, truth = blobs(8)
    assert alike(truth, clusterer.assign(fit.learned, fresh)) > 0.9


@every_member
def test_clusterer__when_there_are_too_many_people__then_a_sample_is_learned_from(
    clusterer: Clusterer, monkeypatch: pytest.MonkeyPatch
) -> None:
    matrix, truth = blobs(7)
    monkeypatch.setattr(type(clusterer), "fits_at_most", 600)
    fit = clusterer.fit(matrix, 0)
    np.testing.assert_array_equal(fit.rows, np.unique(fit.rows))
    assert len(fit.rows) == 600
    assert fit.labels.shape == (len(matrix),)
    assert alike(truth, fit.labels) > 0.9
    rest = np.setdiff1d(np.arange(len(matrix)), fit.rows)
    np.testing.assert_array_equal(fit.labels[rest], clusterer.assign(fit.learned, matrix)[rest])


@every_member
def test_clusterer__when_a_column_is_constant__then_it_changes_nothing(
    clusterer: Clusterer,
) -> None:
    matrix, _ = blobs(7)
    with_one = np.column_stack([matrix, np.full(len(matrix), 3.0)])
    np.testing.assert_array_equal(
        clusterer.fit(with_one, 0).labels, clusterer.fit(matrix, 0).labels
    )


@every_member
def test_clusterer__when_people_are_equal__then_they_are_in_one_cluster(
    clusterer: Clusterer,
) -> None:
    matrix, truth = blobs(7)
    fit = clusterer.fit(np.repeat(matrix, 3, axis=0), 0)
    together = fit.labels.reshape(-1, 3)
    assert (together == together[:, :1]).all()
    assert alike(np.repeat(truth, 3), fit.labels) > 0.5


@every_member
def test_clusterer__when_columns_are_float32__then_the_clusters_are_nearly_those_of_float64(
    clusterer: Clusterer,
) -> None:
    matrix, _ = blobs(7)
    single: Labels = clusterer.fit(matrix.astype(np.float32), 0).labels
    assert alike(single, clusterer.fit(matrix, 0).labels) > 0.99


def refused(clusterer: Clusterer, matrix: NDArray[np.floating]) -> Invalid:
    with pytest.raises(Invalid) as caught:
        clusterer.fit(matrix, 0)
    return caught.value


@every_member
@pytest.mark.parametrize("hole", [np.nan, np.inf, -np.inf])
def test_clusterer__when_a_value_is_missing__then_it_is_refused_with_the_column(
    clusterer: Clusterer, hole: float
) -> None:
    matrix, _ = blobs(7)
    matrix[17, 2] = hole
    error = refused(clusterer, matrix)
    assert (error.code, error.pointer) == ("not_finite", "/columns/2")


@every_member
def test_clusterer__when_there_are_too_few_people__then_it_says_how_many_it_needs(
    clusterer: Clusterer,
) -> None:
    needed = clusterer.needs()
    error = refused(clusterer, np.arange(needed - 1.0)[:, None])
    assert error.code == "too_few_people"
    assert str(needed) in error.message


@every_member
def test_clusterer__when_there_are_just_enough_people__then_everybody_has_an_answer(
    clusterer: Clusterer,
) -> None:
    matrix = np.random.default_rng(0).normal(size=(clusterer.needs(), 2))
    assert clusterer.fit(matrix, 0).labels.shape == (clusterer.needs(),)


@every_member
def test_clusterer__when_everybody_is_alike__then_it_is_refused(clusterer: Clusterer) -> None:
    assert refused(clusterer, np.ones((200, 3))).code == "too_few_different"


@every_member
@pytest.mark.parametrize(
    "matrix", [np.empty((50, 0)), np.ones(50), np.ones((50, 2), np.int64)], ids=str
)
def test_clusterer__when_it_is_no_matrix_of_numbers__then_it_is_refused(
    clusterer: Clusterer, matrix: NDArray[np.floating]
) -> None:
    assert refused(clusterer, matrix).code == "not_a_matrix"


@every_member
def test_assignment__when_the_columns_are_others__then_it_is_refused(clusterer: Clusterer) -> None:
    learned = clusterer.fit(blobs(7)[0], 0).learned
    with pytest.raises(Invalid) as caught:
        clusterer.assign(learned, np.ones((5, 2)))
    assert caught.value.code == "not_a_matrix"


@every_member
def test_assignment__when_nobody_is_asked_for__then_nobody_is_answered(
    clusterer: Clusterer,
) -> None:
    learned = clusterer.fit(blobs(7)[0], 0).learned
    assert clusterer.assign(learned, np.empty((0, 3))).shape == (0,)


@every_member
def test_assignment__when_in_blocks__then_it_is_each_person_s_own(
    clusterer: Clusterer, monkeypatch: pytest.MonkeyPatch
) -> None:
    learned = clusterer.fit(blobs(7)[0], 0).learned
    fresh, _ = blobs(8)
    whole = clusterer.assign(learned, fresh)
    monkeypatch.setattr("segments.learning.clusterers.BLOCK", 7)
    np.testing.assert_array_equal(clusterer.assign(learned, fresh), whole)


@every_member
def test_clusterer__when_named__then_in_both_languages(clusterer: Clusterer) -> None:
    for text in (clusterer.label, clusterer.suits):
        assert text.en and text.zh
    assert any("\u4e00" <= letter <= "\u9fff" for letter in clusterer.suits.zh)


def test_clusterers__when_the_registry_is_read__then_no_heavy_library_is_imported() -> None:
    program = (
        "import sys, pkgutil, importlib, segments.learning, segments.analysis\n"
        "from segments.learning.clusterers import CLUSTERERS\n"
        "CLUSTERERS.members\n"
        "for package in (segments.learning, segments.analysis):\n"
        "    for each in pkgutil.iter_modules(package.__path__, package.__name__ + '.'):\n"
        "        importlib.import_module(each.name)\n"
        "print(*{'torch', 'sklearn', 'lightgbm', 'django', 'threadpoolctl'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
