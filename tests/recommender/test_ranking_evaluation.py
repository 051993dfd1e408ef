"""Leave-last-out against a second implementation (plain Python) and against sums by hand."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from marketing.kernel.text import Text
from recommender.evaluation.histories import choose, without_last
from recommender.evaluation.ranking import RankingReport, evaluate_ranker, ranks_of
from recommender.evaluation.search import choose_ranker, choose_ridge
from recommender.rankers import Arrays, Histories, Ranker
from recommender.rankers.item_knn import ItemKnn
from recommender.rankers.next_item_ridge import NextItemRidge
from recommender.rankers.popularity import Popularity

ROWS = [[0, 1, 2], [0, 1], [0], [3, 0, 1], [], [1, 0, 1]]


def csr(rows: list[list[int]], n_items: int) -> Histories:
    starts = np.cumsum([0, *map(len, rows)]).astype(np.int64)
    return Histories(np.array([item for row in rows for item in row], np.int32), starts, n_items)


def random_rows(seed: int, people: int, n_items: int) -> list[list[int]]:
    """Skewed tastes, so that many scores tie; every tenth person took nothing."""
    rng = np.random.default_rng(seed)
    chance = 1 / np.arange(1, n_items + 1)
    lengths = np.where(np.arange(people) % 10 == 0, 0, rng.integers(1, 9, people))
    return [
        rng.choice(n_items, size, replace=False, p=chance / chance.sum()).tolist()
        for size in lengths
    ]


def reference(
    ranker: Ranker, rows: list[list[int]], n_items: int, asked: list[int]
) -> RankingReport:
    """The protocol once more, a person and an item at a time."""
    known = [row[:-1] if person in asked else row for person, row in enumerate(rows)]
    learned = ranker.fit(csr(known, n_items), 0)
    hits, gains, shown = [], [], set()
    for person in asked:
        scores = ranker.scores(learned, np.array(known[person], np.int32)).tolist()
        rivals = [item for item in range(n_items) if item not in known[person]]
        target = rows[person][-1]
        rank = 1 + sum(scores[item] >= scores[target] for item in rivals if item != target)
        hits.append(rank <= 10)
        gains.append(1 / math.log2(1 + rank) if rank <= 10 else 0.0)
        shown |= set(sorted(rivals, key=lambda item: -scores[item])[:10])
    n = len(asked)
    return RankingReport(n, sum(hits) / n, sum(gains) / n, len(shown) / n_items)


@pytest.mark.parametrize("ranker", [Popularity(), ItemKnn(), NextItemRidge()])
@pytest.mark.parametrize("every", [1, 3])
def test_evaluation__when_done_a_second_way__then_the_figures_are_the_same(
    ranker: Ranker, every: int
) -> None:
    rows = random_rows(5, 90, 40)
    asked = [person for person in range(0, 90, every) if rows[person]]
    found = evaluate_ranker(ranker, csr(rows, 40), np.arange(0, 90, every))
    expected = reference(ranker, rows, 40, asked)
    assert found.n == expected.n
    assert found.hit_rate == pytest.approx(expected.hit_rate)
    assert found.ndcg == pytest.approx(expected.ndcg)
    assert found.coverage == pytest.approx(expected.coverage)


def test_evaluation__when_popularity_ranks_by_hand__then_the_gains_are_those() -> None:
    # Known: [0 1], [0], [], [3 0], []; the last person ends on a repeated item and is not asked,
    # so [1 0 1] is learned whole. Taken: 0 four times, 1 three times, 3 once, 2 and 4 never.
    report = evaluate_ranker(Popularity(), csr(ROWS, 5))
    # Targets 2 (free: 2 3 4 -> third, tied with 4), 1 (first of 1 3 2 4), 0 (first), 1 (first).
    assert report.n == 4
    assert report.hit_rate == 1.0
    assert report.ndcg == pytest.approx((1 / math.log2(4) + 3) / 4)
    assert report.coverage == 1.0


def test_evaluation__when_only_some_are_asked__then_others_are_learned_whole() -> None:
    report = evaluate_ranker(Popularity(), csr(ROWS, 5), np.array([1]))
    # Taken without that last item: 0 five times, 1 four times: item 1 is first of what is free.
    assert (report.n, report.ndcg) == (1, 1.0)


def test_evaluation__when_nobody_can_be_asked__then_nothing_is_claimed() -> None:
    assert evaluate_ranker(Popularity(), csr([[], [1, 1]], 5)) == RankingReport(0, None, None, None)


def test_rank__when_scores_tie_or_are_unknown__then_the_target_comes_last_of_them() -> None:
    scores = np.array([[1, 1, 1, 0], [3, np.nan, 2, 1], [np.nan, 1, 2, 3]], np.float32)
    assert ranks_of(scores, np.array([0, 2, 0], np.int32)).tolist() == [3, 3, 4]


def test_histories__when_cut_and_chosen__then_the_rest_is_as_it_was() -> None:
    cut = without_last(csr(ROWS, 5), np.array([0, 2, 4]))
    assert [cut.of(i).tolist() for i in range(6)] == [[0, 1], [0, 1], [], [3, 0, 1], [], [1, 0, 1]]
    chosen = choose(cut, np.array([5, 0, 0]))
    assert [chosen.of(i).tolist() for i in range(3)] == [[1, 0, 1], [0, 1], [0, 1]]


class Peeking(Ranker, frozen=True):
    """Remembers which items it was shown in fit, and hopes to see the test items."""

    label: ClassVar[Text] = Text("Peeking", "偷看")
    seen: ClassVar[list[set[int]]] = []

    def fit(self, histories: Histories, seed: int) -> dict[str, NDArray[np.generic]]:
        self.seen.append(set(histories.items.tolist()))
        return {}

    def scores(self, learned: Arrays, history: NDArray[np.int32]) -> NDArray[np.float32]:
        return np.zeros(9, np.float32)


def test_search__when_it_chooses__then_no_candidate_was_shown_the_last_items() -> None:
    Peeking.seen.clear()
    choose_ranker([Peeking()], csr([[0, 1, 7], [1, 2, 8]], 9))
    # The last items 7 and 8 are cut away, and 1 and 2 are what is validated on.
    assert Peeking.seen == [{0, 1}]


def test_search__when_items_come_in_chains__then_the_ridge_it_chooses_beats_popularity() -> None:
    rng = np.random.default_rng(3)
    rows = [((start + np.arange(8)) % 50).tolist() for start in rng.integers(0, 50, 200)]
    choice = choose_ridge(csr(rows, 50))
    best = max(report.ndcg or 0.0 for _, report in choice.tried)
    assert dict(choice.tried)[choice.best].ndcg == best
    assert (evaluate_ranker(choice.best, csr(rows, 50)).ndcg or 0) > 0.95
    assert (evaluate_ranker(Popularity(), csr(rows, 50)).ndcg or 0) < 0.3


def test_ridge__when_the_history_grows__then_scores_decay_and_one_row_is_added() -> None:
    ranker = NextItemRidge()
    learned = ranker.fit(csr(random_rows(5, 90, 40), 40), 0)
    before = ranker.scores(learned, np.array([4, 9], np.int32))
    after = ranker.scores(learned, np.array([4, 9, 2], np.int32))
    follows = np.asarray(learned["follows"], np.float32)
    np.testing.assert_allclose(after, ranker.decay * before + follows[2], rtol=1e-5, atol=1e-7)


def test_ridge__when_histories_are_long_cycles__then_it_is_the_regression_it_says() -> None:
    # On one long history the closed form must agree with an explicit ridge on decayed states.
    items = np.random.default_rng(0).integers(0, 6, 20_000).astype(np.int32)
    ranker = NextItemRidge(window=40)
    learned = ranker.fit(Histories(items, np.array([0, len(items)]), 6), 0)
    states = np.zeros((len(items), 6))
    for t in range(1, len(items)):
        states[t] = ranker.decay * states[t - 1]
        states[t, items[t - 1]] += 1
    gram = states.T @ states + ranker.ridge * np.eye(6)
    explicit = np.linalg.solve(gram, states.T @ np.eye(6)[items])
    np.testing.assert_allclose(np.asarray(learned["follows"], np.float64), explicit, atol=1e-3)
