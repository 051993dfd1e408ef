"""The logistic bandit: against scikit-learn, numerical derivatives and drawn weights."""

from collections.abc import Callable

import numpy as np
import pytest
import scipy.optimize
from sklearn.linear_model import LogisticRegression

from marketing.experiments.statistics.adaptive.contextual import LogisticPosterior, propensities


def _batch(seed: int, n: int, slope: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    features = np.column_stack([np.ones(n), rng.normal(size=(n, 2))])
    odds = features @ np.array([-1.0, slope, 0.0])
    return features, rng.random(n) < 1 / (1 + np.exp(-odds))


def test_posterior__one_batch__then_scikit_learns_ridge_and_the_numerical_curvature() -> None:
    features, converted = _batch(1, 500)
    weights = np.where(converted, 1.0, 0.4)
    ours = LogisticPosterior.prior(3, 0.7).updated(features, converted, weights)
    theirs = LogisticRegression(C=0.49, fit_intercept=False, tol=1e-10, max_iter=1_000)
    theirs.fit(features, converted, sample_weight=weights)
    assert ours.mean == pytest.approx(theirs.coef_[0], abs=1e-5)

    def slope(at: np.ndarray) -> np.ndarray:
        rate = 1 / (1 + np.exp(-features @ at))
        return np.asarray(at / 0.49 + features.T @ (weights * (rate - converted)))

    step = 1e-5
    expected = [
        (slope(ours.mean + e) - slope(ours.mean - e)) / (2 * step) for e in np.eye(3) * step
    ]
    assert ours.precision == pytest.approx(np.array(expected), rel=1e-5, abs=1e-5)


def test_posterior__a_prior_far_from_the_data__then_still_the_mode() -> None:
    features, converted = _batch(2, 80)
    prior = LogisticPosterior(np.array([30.0, -40.0, 5.0]), np.eye(3) * 0.01)
    ours = prior.updated(features * 10, converted)

    def loss(at: np.ndarray) -> float:
        odds, gap = features @ at * 10, at - prior.mean
        return float(0.005 * gap @ gap + np.sum(np.logaddexp(0, odds) - converted * odds))

    close = {"xatol": 1e-8, "fatol": 1e-10, "maxiter": 5_000}
    theirs = scipy.optimize.minimize(loss, np.zeros(3), method="Nelder-Mead", options=close)
    assert ours.mean == pytest.approx(theirs.x, abs=1e-4)


def test_posterior__two_batches_in_turn__then_near_both_at_once() -> None:
    features, converted = _batch(3, 4_000)
    prior = LogisticPosterior.prior(3)
    once = prior.updated(features, converted)
    turn = prior.updated(features[:2_500], converted[:2_500])
    turn = turn.updated(features[2_500:], converted[2_500:])
    assert turn.mean == pytest.approx(once.mean, abs=0.01)
    assert turn.precision == pytest.approx(once.precision, rel=0.03, abs=15)


def test_posterior__nobody__then_unchanged() -> None:
    prior = LogisticPosterior(np.array([0.3, -1.0]), np.array([[2.0, 0.5], [0.5, 1.0]]))
    after = prior.updated(np.empty((0, 2)), np.empty(0, np.bool_))
    assert after.mean == pytest.approx(prior.mean)
    assert after.precision == pytest.approx(prior.precision)


def test_scores__correlated_weights__then_the_quadratic_form() -> None:
    posterior = LogisticPosterior(np.array([0.3, -1.0]), np.array([[2.0, 0.5], [0.5, 1.0]]))
    features = np.array([[1.0, 2.0], [0.0, 0.0], [-1.0, 0.5]])
    covariance = np.linalg.inv(posterior.precision)
    mean, deviation = posterior.scores(features)
    assert mean == pytest.approx(features @ posterior.mean)
    assert deviation == pytest.approx([np.sqrt(x @ covariance @ x) for x in features])


def test_propensities__three_arms__then_those_of_drawn_weights() -> None:
    arms = [LogisticPosterior.prior(3).updated(*_batch(i, 150, i - 1.0)) for i in range(3)]
    features = np.array([[1.0, 1.5, 0.0], [1.0, -1.5, 0.3], [1.0, 0.0, 0.0]])
    rng, n = np.random.default_rng(0), 200_000
    drawn = np.stack([
        features @ rng.multivariate_normal(arm.mean, np.linalg.inv(arm.precision), n).T
        for arm in arms
    ])  # fmt: skip
    best = np.argmax(drawn, axis=0)
    expected = np.stack([(best == arm).mean(axis=1) for arm in range(3)], axis=1)
    ours = propensities(arms, features)
    assert ours == pytest.approx(expected, abs=0.005)
    assert ours[0, 2] > 0.9 and ours[1, 0] > 0.8


def test_propensities__any_people__then_rows_are_one_whole_and_floors_hold() -> None:
    arms = [LogisticPosterior.prior(3).updated(*_batch(i, 900, 2.0 * i)) for i in range(3)]
    features = _batch(9, 300)[0] * 20
    shares = propensities(arms, features, 0.05, 0.12)
    assert (shares.sum(axis=1) == 1).all() and (shares >= 0.05 + 0.04 - 1e-11).all()
    assert (shares == propensities(arms, features, 0.05, 0.12)).all()
    assert propensities(arms, np.zeros((1, 3)))[0] == pytest.approx([1 / 3] * 3)
    assert propensities(arms, np.empty((0, 3))).shape == (0, 3)


PRIOR = LogisticPosterior.prior(1)
COLUMN = np.array([[1.0]])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LogisticPosterior.prior(0), "0 dimensions"),
        (lambda: LogisticPosterior.prior(2, 0.0), "deviation"),
        (lambda: LogisticPosterior(np.zeros(2), np.eye(3)), "precision"),
        (lambda: LogisticPosterior(np.zeros(2), -np.eye(2)), "positive definite"),
        (lambda: LogisticPosterior(np.zeros(2), np.array([[1.0, 0.5], [0.0, 1.0]])), "symmetric"),
        (lambda: LogisticPosterior(np.array([np.nan]), COLUMN), "finite"),
        (lambda: PRIOR.updated(np.ones((1, 2)), np.array([True])), "features"),
        (lambda: PRIOR.updated(np.array([[np.inf]]), np.array([True])), "finite"),
        (lambda: PRIOR.updated(COLUMN, np.array([1])), "not bool"),
        (lambda: PRIOR.updated(COLUMN, np.array([True, False])), "answers"),
        (lambda: PRIOR.updated(COLUMN, np.array([True]), np.array([-1.0])), "weight"),
        (lambda: propensities([], COLUMN), "no arms"),
        (lambda: propensities([PRIOR, PRIOR], COLUMN, 0.6), "exceed 1"),
    ],
)
def test_contextual__what_nobody_can_mean__then_value_error(
    make: Callable[[], object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make()
