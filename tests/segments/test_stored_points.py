"""Assignment and numbering against brute force over all distances."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn.cluster import DBSCAN

from marketing.kernel.errors import Invalid
from segments.learning.clusterers.dbscan import Dbscan, knee
from segments.learning.clusterers.hdbscan import Hdbscan
from segments.learning.points import Points, by_size, centroids, nearest, renumber
from tests.conformance.planted import Floats, blobs

laws = settings(max_examples=60, deadline=None)


@laws
@given(st.integers(0, 10_000), st.integers(1, 30), st.integers(1, 4))
def test_nearest__beside_all_distances__then_it_is_the_least_within_reach(
    seed: int, p: int, d: int
) -> None:
    rng = np.random.default_rng(seed)
    points = Points(rng.normal(size=(p, d)), rng.integers(-1, 3, p).astype(np.int32),
                    rng.exponential(1, p), np.zeros(p))  # fmt: skip
    rows = rng.normal(size=(40, d))
    apart = cdist(rows, points.at)
    for row, answer in zip(apart, nearest(points, rows), strict=True):
        best = int(np.argmin(row))
        assert answer == (points.label[best] if row[best] <= points.reach[best] else -1)


def test_nearest__without_points__then_everybody_is_noise() -> None:
    nothing = Points(np.empty((0, 2)), np.empty(0, np.int32), np.empty(0), np.empty(0))
    assert nearest(nothing, np.ones((3, 2))).tolist() == [-1, -1, -1]


def test_centroids__when_made__then_they_are_the_groups_means() -> None:
    rows = np.array([[0.0, 0], [2, 4], [10, 10]])
    made = centroids(rows, np.array([0, 0, 1], np.int32))
    assert made.at.tolist() == [[1, 2], [10, 10]]
    assert made.label.tolist() == [0, 1]


def test_numbers__when_sizes_differ__then_the_largest_is_0_and_ties_go_by_centre() -> None:
    labels = np.array([0, 1, 1, 2, 2, 2, 3, -1], np.int32)
    rows = np.array([[5.0], [0], [0], [9], [9], [9], [1], [7]])
    new = by_size(labels, rows)
    assert new.tolist() == [3, 1, 0, 2]  # 3 and 0 have one each: centre 1 before centre 5
    assert renumber(labels, new).tolist() == [3, 1, 1, 0, 0, 0, 2, -1]


def test_points__when_renumbered__then_the_same_people_get_the_new_numbers() -> None:
    points = Points(np.array([[0.0], [1], [2]]), np.array([1, -1, 0], np.int32),
                    np.array([1.0, 2, 3]), np.array([4.0, 5, 6]))  # fmt: skip
    new = points.renumbered(np.array([1, 0], np.int32))
    assert new.label.tolist() == [-1, 0, 1]
    assert new.at.ravel().tolist() == [1, 0, 2]
    assert (new.reach.tolist(), new.core.tolist()) == ([2, 1, 3], [5, 4, 6])


@pytest.mark.parametrize("broken", ["at", "label", "short"])
def test_points__when_an_array_is_missing_or_short__then_they_are_refused(broken: str) -> None:
    arrays = dict(centroids(np.eye(3), np.arange(3, dtype=np.int32)).arrays)
    if broken == "short":
        arrays["reach"] = arrays["reach"][:2]
    else:
        del arrays[broken]
    with pytest.raises(Invalid) as caught:
        Points.of(arrays)
    assert caught.value.code == "bad_points"


def test_dbscan__beside_scikit_learn_on_all_rows__then_the_labels_agree() -> None:
    """Duplicates included, which are one weighted point here."""
    matrix = np.round(blobs(3)[0], 0)
    mine = Dbscan(eps=1.1, neighbours=8).fit(matrix, 0).labels
    theirs = DBSCAN(eps=1.1, min_samples=8).fit(matrix).labels_
    assert ((mine < 0) == (theirs < 0)).all()
    pairs = {(a, b) for a, b in zip(mine.tolist(), theirs.tolist(), strict=True) if a >= 0}
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def test_knee__when_distances_bend__then_it_lies_between_crowd_and_outsiders() -> None:
    line = np.concatenate([np.arange(100) * 0.1, [100, 200, 300]])[:, None]
    assert 0.1 < knee(line, 2) < 50


def test_knee__when_all_distances_are_equal__then_it_is_that_distance() -> None:
    ring = np.exp(2j * np.pi * np.arange(12) / 12)
    rows = np.column_stack([ring.real, ring.imag])
    assert knee(rows, 2) == pytest.approx(2 * np.sin(np.pi / 12))


def test_dbscan__when_the_distance_is_far_too_large__then_it_is_refused_before_memory_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("segments.learning.clusterers.dbscan.MAX_PAIRS", 1000)
    with pytest.raises(Invalid) as caught:
        Dbscan(eps=100.0).fit(blobs(3)[0], 0)
    assert (caught.value.code, caught.value.pointer) == ("eps_too_large", "/eps")


def crowded(seed: int) -> Floats:
    """float64[300, 3]: four groups that nearly touch, with people between them."""
    matrix, _ = blobs(seed, (110, 70, 50, 30))
    between = np.random.default_rng([seed, 5]).uniform(-2, 6, (40, 3))
    return np.concatenate([matrix * np.array([0.5, 0.5, 1]), between])


@pytest.mark.parametrize("seed", range(12))
def test_hdbscan__beside_all_mutual_reachabilities__then_a_cluster_s_reach_is_where_it_parts(
    seed: int,
) -> None:
    """``reach`` is the least mutual reachability distance to anybody outside, and the cluster
    hangs together below it.
    """
    from scipy.sparse.csgraph import connected_components

    matrix = crowded(seed)
    labels, points = Hdbscan(smallest_share=0.05).learn(matrix, 0)
    core = np.sort(cdist(matrix, matrix), axis=1)[:, 9]
    apart = np.maximum(np.maximum(cdist(matrix, matrix), core[:, None]), core[None])
    assert labels.max() >= 1
    for cluster in range(labels.max() + 1):
        inside = labels == cluster
        parting = apart[np.ix_(inside, ~inside)].min()
        np.testing.assert_allclose(points.reach[inside], parting)
        pieces, _ = connected_components(apart[np.ix_(inside, inside)] <= parting + 1e-12)
        assert pieces == 1


@pytest.mark.parametrize("seed", range(3))
def test_hdbscan__beside_all_mutual_reachabilities__then_new_people_join_by_them(
    seed: int,
) -> None:
    matrix = crowded(seed)
    clusterer = Hdbscan(smallest_share=0.05)
    labels, points = clusterer.learn(matrix, 0)
    fresh = np.concatenate([crowded(seed + 50), [[50.0, 50, 50]]])
    answers = clusterer.place(points, fresh)
    distance = cdist(fresh, matrix)
    place = np.argsort(distance, axis=1)[:, :10]
    for row, near, answer in zip(distance, place, answers, strict=True):
        own = row[near[-1]]
        joins = [
            (max(row[p], own, points.core[p]), i) for i, p in enumerate(near)
            if labels[p] >= 0 and max(row[p], own, points.core[p]) < points.reach[p]
        ]  # fmt: skip
        assert answer == (labels[near[min(joins)[1]]] if joins else -1)
    assert answers[-1] == -1 and (answers >= 0).mean() > 0.2
