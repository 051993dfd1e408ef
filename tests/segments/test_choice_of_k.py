"""How many groups: planted ones are counted, one crowd has none, and the measures are right."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import silhouette_samples

from marketing.kernel.errors import Invalid
from segments.learning.choice_words import explained
from segments.learning.choose import Choice, Trial, _p_value, best_jaccard, best_of, choose
from segments.learning.clusterers import CLUSTERERS, Clusterer
from segments.learning.clusterers.agglomerative import Agglomerative
from segments.learning.clusterers.kmeans import KMeans
from segments.learning.silhouettes import distances, silhouettes
from tests.conformance.planted import Floats, blobs

N = 300
MEMBERS = [CLUSTERERS.get(name)() for name in CLUSTERERS]
every_member = pytest.mark.parametrize("clusterer", MEMBERS, ids=lambda one: type(one).__name__)


def one_crowd(kind: str) -> Floats:
    rng = np.random.default_rng(11)
    crowds: dict[str, Floats] = {
        "uniform": rng.uniform(0, 1, (N, 2)),
        "blob": rng.normal(0, 1, (N, 3)),
        "oblong": rng.normal(0, 1, (N, 3)) @ np.array([[4, 0, 0], [2, 1, 0], [0, 0.5, 0.3]]),
        "skewed": rng.exponential(1, (N, 2)),
        "counts": rng.poisson(1.0, (N, 2)).astype(float),
    }
    return crowds[kind]


@every_member
@pytest.mark.parametrize("kind", ["uniform", "blob", "oblong", "skewed", "counts"])
def test_choice__when_people_are_one_crowd__then_there_are_no_groups(
    clusterer: Clusterer, kind: str
) -> None:
    choice = choose(clusterer, one_crowd(kind), 1, 4)
    assert choice.best is None and choice.k is None
    words = explained(choice)
    assert words.en.startswith("No groups") and words.zh.startswith("没有分群")


@every_member
def test_choice__when_groups_are_planted__then_it_counts_them(clusterer: Clusterer) -> None:
    choice = choose(clusterer, blobs(3, (120, 100, 80))[0], 1, 5)
    assert choice.k == 3
    assert choice.p_value == 1 / 40
    assert choice.best is not None and min(choice.best.steady) > 0.9
    words = explained(choice)
    assert words.en.startswith("3 groups") and words.zh.startswith("共3群")


def test_choice__when_one_trait_alone_parts_people__then_two_groups_are_found() -> None:
    rng = np.random.default_rng(5)
    parted = np.column_stack([np.where(rng.random(N) < 0.4, 0, 7) + rng.normal(0, 1, N),
                              rng.normal(0, 1, N)])  # fmt: skip
    assert choose(KMeans(), parted, 1, 4).k == 2


def test_choice__when_groups_are_only_a_category_s__then_nothing_is_found() -> None:
    rng = np.random.default_rng(5)
    category = np.eye(3)[rng.integers(0, 3, N)]
    assert choose(KMeans(), category, 1, 4).k is None


def test_choice__when_the_largest_number_is_the_best__then_it_says_so() -> None:
    choice = choose(Agglomerative(), blobs(3, (120, 100, 80))[0], 1, 3)
    assert "largest number tried" in explained(choice).en
    assert "最大群数" in explained(choice).zh


def test_choice__when_the_seed_is_the_same__then_so_is_the_answer() -> None:
    rows = blobs(3, (120, 100, 80))[0]
    assert choose(KMeans(), rows, 4, 3) == choose(KMeans(), rows, 4, 3)


def test_choice__when_there_are_too_few_people__then_it_is_refused() -> None:
    with pytest.raises(Invalid) as caught:
        choose(KMeans(), np.ones((1, 2)), 0, 4)
    assert caught.value.code == "too_few_people"


def test_choice__when_few_people_differ__then_only_possible_numbers_are_tried() -> None:
    rows = np.repeat(np.eye(4), 30, axis=0) + np.repeat(np.arange(4.0), 30)[:, None]
    assert [trial.k for trial in choose(KMeans(), rows, 0, 8).trials] == [2, 3]


def trial(**changed: float) -> Trial:
    values = {"silhouette": 0.5, "crowd": 0.2, "stability": 0.9} | changed
    return Trial(KMeans(k=3), 3, values["silhouette"], values["crowd"], values["stability"],
                 (0.9,) * 3, 0.0)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"silhouette": 0.2, "crowd": 0.1}, "silhouette 0.20 (at least 0.25)"),
     ({"crowd": 0.49}, "ahead of one crowd by 0.01 (at least 0.02)"),
     ({"stability": 0.7}, "stability 0.70 (at least 0.75)")],
)  # fmt: skip
def test_trial__when_one_condition_fails__then_it_does_not_pass_and_the_words_say_by_how_much(
    changed: dict[str, float], said: str
) -> None:
    assert trial().passes
    failing = trial(**changed)
    assert not failing.passes
    assert said in explained(Choice(None, (failing,), 1 / 40, 300)).en


def test_best__when_several_pass__then_the_best_silhouette_and_none_without_significance() -> None:
    trials = [trial(silhouette=0.5), trial(silhouette=0.6), trial(silhouette=0.9, stability=0.5)]
    assert best_of(trials, 1 / 40) is trials[1]
    assert best_of(trials, 2 / 40) is None
    assert best_of(trials[2:], 1 / 40) is None


@pytest.mark.parametrize("seed", range(4))
def test_silhouettes__beside_scikit_learn__then_they_are_equal(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, labels = rng.normal(size=(80, 3)), rng.integers(0, 4, 80).astype(np.int32)
    mine = silhouettes(distances(rows), labels)
    np.testing.assert_allclose(mine, silhouette_samples(rows, labels), atol=1e-12)


def test_silhouettes__of_noise_and_of_single_members__then_0() -> None:
    rows = np.array([[0.0], [1], [10], [11], [50], [99]])
    labels = np.array([0, 0, 1, 1, 2, -1], np.int32)
    mine = silhouettes(distances(rows), labels)
    assert mine[4] == mine[5] == 0
    inside = labels >= 0
    np.testing.assert_allclose(mine[inside], silhouette_samples(rows[inside], labels[inside]))


def test_silhouettes__with_one_group__then_0() -> None:
    assert not silhouettes(distances(np.eye(3)), np.zeros(3, np.int32)).any()


def test_jaccard__of_hand_worked_labels__then_as_worked() -> None:
    one = np.array([0, 0, 0, 0, 1, 1, -1, -1], np.int32)
    other = np.array([0, 0, 0, 1, 1, 1, 1, -1], np.int32)
    # Cluster 0: {0,1,2,3} with {0,1,2}: 3 of 4. Cluster 1: {4,5} with {3,4,5,6}: 2 of 4.
    assert best_jaccard(one, other).tolist() == [0.75, 0.5]


def test_jaccard__when_nothing_was_found_again__then_0() -> None:
    none = np.full(3, -1, np.int32)
    assert best_jaccard(np.array([0, 0, 1], np.int32), none).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("observed", "p"), [([0.9, 0.1], 1 / 5), ([0.3, 0.1], 2 / 5), ([0.1, 0.1], 1.0)]
)
def test_p_value__when_some_crowds_lead_by_as_much__then_it_is_their_share(
    observed: list[float], p: float
) -> None:
    """Four crowds, the first of which leads the others' mean by 0.4 with the first number."""
    crowds: NDArray[np.float64] = np.array([[0.5, 0.2], [0.1, 0.2], [0.1, 0.2], [0.1, 0.2]])
    assert _p_value(np.array(observed), crowds) == pytest.approx(p)


def test_candidates__when_the_number_is_told__then_2_to_the_most() -> None:
    assert [msgspec.to_builtins(each)["k"] for each in KMeans(k=7).candidates(4)] == [2, 3, 4]
    hdbscan = CLUSTERERS.get("hdbscan")()
    assert hdbscan.candidates(4) == [hdbscan]
