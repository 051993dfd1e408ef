"""Simulated answers behave as stated, and the coverage bench reads them rightly."""

import json

import numpy as np
import pytest

from bench.coverage import main
from marketing.demo.answers import AnswerEffect, simulate_answers, stated_effect

EFFECT = AnswerEffect(0.08, (0.03, 0.06))


def test_simulate_answers__many_people__then_rates_as_stated() -> None:
    arm = np.repeat(np.array([0, 1, 2], np.int8), 100_000)
    converts = simulate_answers(arm, EFFECT, 5)
    rates = converts.reshape(3, -1).mean(axis=1)
    assert converts.dtype == np.bool_
    assert rates == pytest.approx([0.08, 0.11, 0.14], abs=0.004)


def test_simulate_answers__same_seed__then_same_answers() -> None:
    arm = np.zeros(1_000, np.int8)
    assert (simulate_answers(arm, EFFECT, 1) == simulate_answers(arm, EFFECT, 1)).all()
    assert (simulate_answers(arm, EFFECT, 1) != simulate_answers(arm, EFFECT, 2)).any()


def test_stated_effect__unequal_arms__then_weighted_by_the_treated() -> None:
    assert stated_effect(EFFECT, [500, 300, 100]) == pytest.approx(0.0375)
    assert stated_effect(EFFECT, [500, 0, 0]) is None


def test_answers__what_nobody_can_mean__then_value_error() -> None:
    with pytest.raises(ValueError, match="not all in"):
        AnswerEffect(0.98, (0.03,))
    with pytest.raises(ValueError, match="no treated arm"):
        AnswerEffect(0.5, ())
    with pytest.raises(ValueError, match="arms must be 0 to 2"):
        simulate_answers(np.array([3], np.int8), EFFECT, 0)
    with pytest.raises(ValueError, match="arms must be 0 to 2"):
        simulate_answers(np.array([-1], np.int8), EFFECT, 0)
    with pytest.raises(ValueError, match="2 counts for 3 arms"):
        stated_effect(EFFECT, [1, 2])


def test_coverage_bench__small_run__then_counts_add_up(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--seeds", "20", "--people", "500", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["method"] for row in rows] == ["ours", "Newcombe", "Wald", "Agresti-Caffo"]
    for row in rows:
        missed = row["missed_below"] + row["missed_above"]
        assert row["covered"] == pytest.approx(1 - missed / 20)


def test_coverage_bench__outside_the_bar__then_exit_1_and_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Seed 0 alone covers either always or never, and both are outside 94 to 96 %.
    assert main(["--seeds", "1", "--people", "500", "--json", "--check"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
