"""Quality of predicted probabilities and percentiles of scores, against scikit-learn and scipy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn import metrics

from marketing.experiments.statistics import calibration as quality
from marketing.personas.percentiles import percentile_of, quantile_table

Answers = tuple[NDArray[np.float64], NDArray[np.bool_]]
probability = st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0]) | st.floats(0, 1)
pairs = st.lists(st.tuples(probability, st.booleans()), min_size=1, max_size=60)
NOBODY: Answers = (np.array([]), np.array([], dtype=np.bool_))


def _columns(people: list[tuple[float, bool]]) -> Answers:
    return np.array([p for p, _ in people]), np.array([y for _, y in people], dtype=np.bool_)


@given(people=pairs)
def test_calibration_measures__any_scores_with_ties__then_scikit_learns(
    people: list[tuple[float, bool]],
) -> None:
    predicted, happened = _columns(people)
    theirs = metrics.brier_score_loss(happened, predicted, pos_label=True)
    assert quality.brier_score(predicted, happened) == pytest.approx(theirs)
    theirs = metrics.log_loss(happened, predicted, labels=[False, True])
    assert quality.log_loss(predicted, happened) == pytest.approx(theirs)
    if happened.any():
        theirs = metrics.average_precision_score(happened, predicted)
        assert quality.average_precision(predicted, happened) == pytest.approx(theirs)
    if 0 < happened.sum() < len(happened):
        theirs = metrics.roc_auc_score(happened, predicted)
        assert quality.roc_auc(predicted, happened) == pytest.approx(theirs)


@given(people=pairs)
def test_roc_auc__any_scores__then_share_of_pairs_in_order(
    people: list[tuple[float, bool]],
) -> None:
    predicted, happened = _columns(people)
    gaps = predicted[happened][:, None] - predicted[~happened][None, :]
    expected = np.mean((gaps > 0) + 0.5 * (gaps == 0)) if gaps.size else None
    assert quality.roc_auc(predicted, happened) == pytest.approx(expected)


def test_calibration__distinct_scores__then_equal_bins_as_cut_by_hand() -> None:
    rng = np.random.default_rng(3)
    predicted = rng.random(1_000)
    happened = rng.random(1_000) < predicted**2
    ours = quality.calibration(predicted, happened, 10)
    parts = np.array_split(np.argsort(predicted), 10)
    gaps = [abs(predicted[part].mean() - happened[part].mean()) for part in parts]
    assert ours is not None
    assert [one.n for one in ours.bins] == [100] * 10
    assert ours.error == pytest.approx(np.mean(gaps))
    assert [one.observed for one in ours.bins] == [happened[part].mean() for part in parts]


@given(people=pairs, n_bins=st.integers(1, 15), seed=st.integers(0, 9))
def test_calibration__people_in_another_order__then_same(
    people: list[tuple[float, bool]], n_bins: int, seed: int
) -> None:
    predicted, happened = _columns(people)
    order = np.random.default_rng(seed).permutation(len(people))
    ours = quality.calibration(predicted, happened, n_bins)
    other = quality.calibration(predicted[order], happened[order], n_bins)
    assert ours is not None and other is not None
    assert ours.error == pytest.approx(other.error)
    assert [one.n for one in ours.bins] == [one.n for one in other.bins]
    assert sum(one.n for one in ours.bins) == len(people) and len(ours.bins) <= n_bins


def test_calibration__one_score_for_all__then_one_bin_and_the_plain_gap() -> None:
    ours = quality.calibration(np.full(10, 0.25), np.arange(10) < 5)
    assert ours == quality.Calibration(0.25, (quality.CalibrationBin(0.25, 0.5, 10),))


MEASURES = [
    quality.brier_score,
    quality.log_loss,
    quality.calibration,
    quality.roc_auc,
    quality.average_precision,
]


@pytest.mark.parametrize("measure", MEASURES)
def test_calibration_measures__nobody__then_none(measure: Callable[..., object]) -> None:
    assert measure(*NOBODY) is None


def test_calibration_measures__one_kind_of_answer__then_ranking_is_none() -> None:
    predicted, never = np.array([0.2, 0.9]), np.array([False, False])
    assert quality.roc_auc(predicted, never) is None
    assert quality.roc_auc(predicted, ~never) is None
    assert quality.average_precision(predicted, never) is None


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(
    ("predicted", "happened"),
    [([0.1], [True, False]), ([1.1], [True]), ([np.nan], [True]), ([-0.1], [True]), ([0.5], [1])],
)
def test_calibration_measures__impossible_arguments__then_value_error(
    measure: Callable[..., object], predicted: list[float], happened: list[Any]
) -> None:
    with pytest.raises(ValueError, match=r"prediction|answers"):
        measure(np.array(predicted), np.array(happened))


def test_calibration__no_bins__then_value_error() -> None:
    with pytest.raises(ValueError, match="0 bins"):
        quality.calibration(np.array([0.5]), np.array([True]), 0)


def test_percentile_of__many_scores__then_near_scipys_percentile_of_score() -> None:
    scores = np.random.default_rng(1).gamma(2.0, 3.0, 20_000)
    table = quantile_table(scores)
    values = np.linspace(0, 30, 50)
    assert table is not None and table.shape == (101,)
    theirs = scipy.stats.percentileofscore(scores, values, "mean") / 100
    assert percentile_of(values, table) == pytest.approx(theirs, abs=0.01)


def test_percentile_of__many_equal_scores__then_their_middle() -> None:
    table = quantile_table(np.repeat([0.0, 1.0, 2.0], [4_000, 2_000, 4_000]))
    assert table is not None
    shares = percentile_of(np.array([-1.0, 0.0, 1.0, 2.0, 3.0]), table)
    assert shares == pytest.approx([0, 0.2, 0.5, 0.8, 1], abs=0.01)


@given(
    scores=st.lists(st.sampled_from([0.0, 1.0]) | st.floats(-1e6, 1e6), min_size=1, max_size=200),
    values=st.lists(st.floats(allow_nan=False), min_size=1, max_size=20),
)
def test_percentile_of__any_scores__then_within_bounds_and_never_falls(
    scores: list[float], values: list[float]
) -> None:
    table = quantile_table(np.array([*scores, np.nan, np.inf]))
    if len(set(scores)) == 1:
        assert table is None
        return
    assert table is not None and (np.diff(table) >= 0).all()
    shares = percentile_of(np.sort(np.array([*values, *scores])), table)
    assert (shares >= 0).all() and (shares <= 1).all()
    assert (np.diff(shares) >= -1e-9).all()


def test_percentile_of__nan__then_nan() -> None:
    table = quantile_table(np.arange(50.0))
    assert table is not None
    assert np.isnan(percentile_of(np.array([np.nan, 3.0]), table)).tolist() == [True, False]


def test_quantile_table__nothing_to_rank__then_none() -> None:
    assert quantile_table(np.array([])) is None
    assert quantile_table(np.array([np.nan])) is None
    assert quantile_table(np.full(9, 0.5)) is None


@pytest.mark.parametrize("table", [[1.0], [1.0, 0.0], [0.0, np.nan], [0.0, np.inf]])
def test_percentile_of__broken_table__then_value_error(table: list[float]) -> None:
    with pytest.raises(ValueError, match="not a quantile table"):
        percentile_of(np.array([0.5]), np.array(table))
