"""The laws of every ranker, with its default parameters."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recommender.artefacts import About, load, save
from recommender.predictors import Learned
from recommender.rankers import RANKERS, Histories, Ranker

MEMBERS = [RANKERS.get(name)() for name in RANKERS]
every_member = pytest.mark.parametrize("ranker", MEMBERS, ids=lambda one: type(one).__name__)
personal_member = pytest.mark.parametrize(
    "ranker", [one for one in MEMBERS if one.personal], ids=lambda one: type(one).__name__
)
N_ITEMS = 12
NOBODY = np.empty(0, np.int32)


def csr(rows: list[list[int]], n_items: int = N_ITEMS) -> Histories:
    starts = np.cumsum([0, *map(len, rows)]).astype(np.int64)
    return Histories(np.array([item for row in rows for item in row], np.int32), starts, n_items)


def checkerboard(seed: int = 0) -> list[list[int]]:
    """Even people took the even items in any order, odd ones the odd; each lacks one of its own.

    After implicit's ``recommender_base_test.py``, where the same board has a known answer.
    """
    rng = np.random.default_rng(seed)
    board = []
    for person in range(120):
        own = np.arange(person % 2, N_ITEMS, 2)
        lacking = own[person // 2 % len(own)]
        board.append(rng.permutation(own[own != lacking]).tolist())
    return board


@personal_member
def test_ranker__when_the_board_is_checkered__then_the_missing_square_comes_first(
    ranker: Ranker,
) -> None:
    board = checkerboard()
    scores = ranker.scores_many(ranker.fit(csr(board), 0), csr(board))
    for person, owned in enumerate(board):
        free = scores[person].copy()
        free[owned] = -np.inf
        assert np.argmax(free) == next(
            item for item in range(person % 2, N_ITEMS, 2) if item not in owned
        )


@every_member
def test_ranker__when_a_person_is_cold__then_the_most_taken_comes_first(ranker: Ranker) -> None:
    learned = ranker.fit(csr([[3, 1], [3, 2], [3], [1]]), 0)
    alone = ranker.scores(learned, NOBODY)
    assert alone.shape == (N_ITEMS,)
    assert np.isfinite(alone).all()
    assert np.argmax(alone) == 3
    np.testing.assert_array_equal(ranker.scores_many(learned, csr([[], [1]]))[0], alone)


@every_member
@settings(max_examples=40, deadline=None)
@given(asked=st.lists(st.lists(st.integers(0, N_ITEMS - 1), max_size=15), max_size=6))
def test_ranker__when_people_are_scored_together__then_each_is_as_alone(
    ranker: Ranker, asked: list[list[int]]
) -> None:
    learned = ranker.fit(csr(checkerboard()), 0)
    together = ranker.scores_many(learned, csr(asked))
    assert together.shape == (len(asked), N_ITEMS)
    assert together.dtype == np.float32
    for row, history in enumerate(asked):
        alone = ranker.scores(learned, np.array(history, np.int32))
        assert alone.dtype == np.float32
        np.testing.assert_allclose(together[row], alone, rtol=1e-4, atol=1e-6)


@every_member
@settings(max_examples=40, deadline=None)
@given(
    history=st.lists(st.integers(0, N_ITEMS - 1), min_size=1, max_size=15),
    item=st.integers(0, N_ITEMS - 1),
)
def test_ranker__when_it_gives_reasons__then_they_add_up_to_the_score(
    ranker: Ranker, history: list[int], item: int
) -> None:
    learned = ranker.fit(csr(checkerboard()), 0)
    taken = np.array(history, np.int32)
    reasons = ranker.reasons(learned, taken, item)
    if reasons is not None:
        shares = [share for _, share in reasons]
        assert sum(shares) == pytest.approx(float(ranker.scores(learned, taken)[item]), abs=1e-5)
        assert shares == sorted(shares, reverse=True)
        assert len({one for one, _ in reasons}) == len(reasons)
        assert {one for one, _ in reasons} <= set(history)


@every_member
def test_ranker__when_nobody_took_anything__then_all_are_equal(ranker: Ranker) -> None:
    scores = ranker.scores(ranker.fit(csr([[], []]), 0), NOBODY)
    assert (scores == scores[0]).all()


@every_member
def test_ranker__when_the_seed_is_the_same__then_so_is_the_model(ranker: Ranker) -> None:
    one, other = (ranker.fit(csr(checkerboard()), 7) for _ in range(2))
    assert one.keys() == other.keys()
    assert all(np.array_equal(one[key], other[key]) for key in one)


@every_member
def test_ranker__when_fitted_again__then_nothing_is_left_of_before(ranker: Ranker) -> None:
    ranker.fit(csr(checkerboard()), 0)
    again, fresh = ranker.fit(csr([[1, 2]]), 0), type(ranker)().fit(csr([[1, 2]]), 0)
    assert all(np.array_equal(again[key], fresh[key]) for key in fresh)


@every_member
def test_ranker__when_saved_and_loaded__then_no_score_changes(
    ranker: Ranker, tmp_path: Path
) -> None:
    learned = ranker.fit(csr(checkerboard()), 0)
    now = datetime(2024, 1, 1, tzinfo=UTC)
    about = About(kind="ranker", name="any", from_at=now, until_at=now)
    loaded = load(tmp_path, "any", save(tmp_path, about, Learned(arrays=learned))).learned.arrays
    asked = csr(checkerboard(1))
    np.testing.assert_array_equal(
        ranker.scores_many(loaded, asked), ranker.scores_many(learned, asked)
    )
