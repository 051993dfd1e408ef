"""The laws of every predictor, with its default parameters."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recommender.artefacts import About, load, save
from recommender.predictors import PREDICTORS, Kind, Learned, Predictor
from tests.conformance.frames import DAY_US, MOMENTS, frames

Floats = NDArray[np.float64]
MEMBERS = [PREDICTORS.get(name)() for name in PREDICTORS]
every_member = pytest.mark.parametrize("predictor", MEMBERS, ids=lambda one: type(one).__name__)
laws = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def planted(predictor: Predictor, seed: int, sign: float = 1.0) -> tuple[Floats, Floats]:
    """2,000 rows whose first column (times ``sign``) drives the outcome; some cells are unknown."""
    rng = np.random.default_rng(seed)
    inputs = rng.gamma(2.0, 2.0, (2000, len(predictor.features)))
    push = sign * (inputs[:, 0] - np.median(inputs[:, 0]))
    if predictor.kind is Kind.PROBABILITY:
        outcomes = (rng.random(2000) < 1 / (1 + np.exp(-2 * push))).astype(np.float64)
    else:
        outcomes = rng.poisson(np.exp(np.clip(push, -3, 3))).astype(np.float64)
    inputs[:, 1:][rng.random(inputs[:, 1:].shape) < 0.1] = np.nan
    return inputs, outcomes


def wins(scores: Floats, signal: Floats) -> float:
    """Share of random pairs in which the larger signal has the larger score, ties half."""
    a, b = np.random.default_rng(0).integers(0, len(scores), (2, 20_000))
    agree = np.sign(scores[a] - scores[b]) * np.sign(signal[a] - signal[b])
    return float((agree + 1).mean() / 2)


def same(one: Learned, other: Learned) -> bool:
    return (
        one.texts == other.texts
        and one.arrays.keys() == other.arrays.keys()
        and all(np.array_equal(one.arrays[key], other.arrays[key]) for key in one.arrays)
    )


@every_member
def test_predictor__when_a_signal_is_planted__then_fresh_rows_are_ordered_by_it(
    predictor: Predictor,
) -> None:
    learned = predictor.fit(*planted(predictor, 1), 0)
    fresh, _ = planted(predictor, 2)
    assert wins(predictor.score(learned, fresh), fresh[:, 0]) > 0.85


@every_member
def test_predictor__when_it_scores__then_the_numbers_are_of_its_kind(predictor: Predictor) -> None:
    learned = predictor.fit(*planted(predictor, 1), 0)
    strange = np.vstack(
        [planted(predictor, 3)[0] * 1e6, np.full((1, len(predictor.features)), np.nan)]
    )
    scores = predictor.score(learned, strange)
    assert scores.shape == (len(strange),)
    assert scores.dtype == np.float64
    assert (scores >= 0).all()
    assert np.isfinite(scores).all()
    if predictor.kind is Kind.PROBABILITY:
        assert (scores <= 1).all()


@every_member
def test_predictor__when_fresh_rows_are_scored__then_the_mean_is_what_happens(
    predictor: Predictor,
) -> None:
    learned = predictor.fit(*planted(predictor, 1), 0)
    fresh, outcomes = planted(predictor, 2)
    assert predictor.score(learned, fresh).mean() == pytest.approx(outcomes.mean(), rel=0.15)


@every_member
def test_predictor__when_nobody_is_asked__then_nobody_is_answered(predictor: Predictor) -> None:
    learned = predictor.fit(*planted(predictor, 1), 0)
    assert predictor.score(learned, np.empty((0, len(predictor.features)))).shape == (0,)


@every_member
def test_predictor__when_the_seed_is_the_same__then_so_is_the_model(predictor: Predictor) -> None:
    inputs, outcomes = planted(predictor, 1)
    assert same(predictor.fit(inputs, outcomes, 7), predictor.fit(inputs, outcomes, 7))


@every_member
def test_predictor__when_fitted_again__then_nothing_is_left_of_before(predictor: Predictor) -> None:
    predictor.fit(*planted(predictor, 1), 0)
    again = predictor.fit(*planted(predictor, 1, sign=-1.0), 0)
    fresh, _ = planted(predictor, 2)
    assert same(again, type(predictor)().fit(*planted(predictor, 1, sign=-1.0), 0))
    assert wins(predictor.score(again, fresh), -fresh[:, 0]) > 0.85


@every_member
def test_predictor__when_saved_and_loaded__then_no_score_changes(
    predictor: Predictor, tmp_path: Path
) -> None:
    learned = predictor.fit(*planted(predictor, 1), 0)
    now = datetime(2024, 1, 1, tzinfo=UTC)
    about = About(kind="predictor", name="any", from_at=now, until_at=now)
    loaded = load(tmp_path, "any", save(tmp_path, about, learned)).learned
    fresh, _ = planted(predictor, 2)
    np.testing.assert_array_equal(predictor.score(loaded, fresh), predictor.score(learned, fresh))


@every_member
@laws
@given(data=st.data())
def test_predictor__when_events_follow_the_moment__then_the_units_are_as_without_them(
    predictor: Predictor, data: st.DataObject
) -> None:
    frame = data.draw(frames(predictor.reads, predictor.numbers, predictor.texts))
    as_of_us = data.draw(MOMENTS)
    units = predictor.units(frame, as_of_us)
    np.testing.assert_array_equal(units, predictor.units(frame.until(as_of_us), as_of_us))
    np.testing.assert_array_equal(units, np.unique(units))


@every_member
@laws
@given(data=st.data())
def test_predictor__when_events_follow_the_horizon__then_the_outcomes_are_as_without_them(
    predictor: Predictor, data: st.DataObject
) -> None:
    frame = data.draw(frames(predictor.reads, predictor.numbers, predictor.texts))
    as_of_us = data.draw(MOMENTS)
    units = predictor.units(frame, as_of_us)
    seen = frame.until(as_of_us + predictor.horizon_days * DAY_US)
    outcomes = predictor.outcomes(frame, as_of_us, units)
    assert outcomes.shape == units.shape
    np.testing.assert_array_equal(outcomes, predictor.outcomes(seen, as_of_us, units))


def test_predictors__when_the_registries_are_read__then_no_heavy_library_is_imported() -> None:
    program = (
        "import sys, recommender.artefacts\n"
        "from recommender.features import FEATURES\n"
        "from recommender.predictors import PREDICTORS\n"
        "from recommender.rankers import RANKERS\n"
        "[registry.members for registry in (FEATURES, PREDICTORS, RANKERS)]\n"
        "print(*{'torch', 'sklearn', 'lightgbm', 'scipy', 'django'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
