"""The bench of adaptation, few runs: it repeats, and what it simulates is what it says."""

from dataclasses import replace

import numpy as np
import pytest

from bench import adaptation
from bench.steered import next_shares, steer


def test_steer__a_scenario__then_people_delays_and_rates_are_those_stated() -> None:
    asked = adaptation.NO_EFFECT[1]
    done = steer(asked, 60, np.random.default_rng(0))
    assert (done.people.sum(axis=2) == asked.people_a_day).all()
    came = done.came.sum(axis=(0, 1, 2))
    assert came / came.sum() == pytest.approx(asked.delay, abs=0.01)
    seen = done.came.sum(axis=(0, 2, 3)) / done.people.sum(axis=(0, 2))
    expected = [
        np.average(asked.rates_on(day), weights=done.people[:, day].sum(axis=0))
        for day in range(asked.days)
    ]
    assert seen == pytest.approx(expected, abs=0.015)
    assert (done.shares.sum(axis=2) == 1).all() and done.shares.min() >= 0.05 + 0.1 / 3 - 1e-11


def test_steer__shares__then_constant_within_an_epoch_and_moving_between() -> None:
    asked = adaptation.NO_EFFECT[1]
    done = steer(asked, 5, np.random.default_rng(0))
    by_batch = done.shares.reshape(5, -1, asked.days_a_batch, 3)
    assert (by_batch == by_batch[:, :, :1]).all()
    assert (np.diff(by_batch[:, :, 0], axis=1) != 0).any(axis=(1, 2)).all()
    cells = done.matured(2)
    assert len(cells) == len(range(0, asked.days - asked.window_days, asked.days_a_batch))
    days = slice(0, asked.days - asked.window_days)
    compared = done.people[2, days][:, list(asked.compare)].sum()
    assert sum(cell.treated.n + cell.control.n for cell in cells) == compared


def test_steer__the_future_of_a_day__then_does_not_move_its_shares() -> None:
    asked = adaptation.EARNING[0]
    whole = steer(asked, 4, np.random.default_rng(3))
    short = steer(replace(asked, days=20, trend=asked.trend * 19 / 41), 4, np.random.default_rng(3))
    assert whole.shares[:, :20] == pytest.approx(short.shares)


def test_next_shares__conversions_that_have_not_come_yet__then_do_not_count() -> None:
    asked = adaptation.NO_EFFECT[1]
    done = steer(asked, 5, np.random.default_rng(1))
    later = done.came.copy()
    later[:, -1, 0, 1:] += 40  # of the last day, and not on the day itself
    assert (next_shares(asked, done.people, later) == done.final).all()
    later[:, -1, 0, 0] += 40
    assert (next_shares(asked, done.people, later) != done.final).any()


def test_measure__few_runs__then_repeats_and_bars_hold_within_the_bound() -> None:
    rows = adaptation.measure(20, 5)
    assert rows == adaptation.measure(20, 5)
    barred = [row for row in rows if row.bar and row.bound is not None]
    assert len(barred) == 12
    for row in barred:
        assert row.bar is not None and row.bound is not None
        slack = 2 * row.bound + 0.02
        assert row.bar[0] - slack <= row.estimate <= row.bar[1] + slack
        assert row.met == (row.bar[0] <= row.estimate <= row.bar[1])


def test_main__check__then_one_line_for_each_bar_missed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(adaptation, "MEASURES", ((adaptation.dead_arm, adaptation.DEAD, 1),))
    assert adaptation.main(["--runs", "20", "--check"]) == 0
    monkeypatch.setattr(adaptation, "DEAD_ARM", (0.5, 1.0))
    assert adaptation.main(["--runs", "20", "--check", "--json"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 2
