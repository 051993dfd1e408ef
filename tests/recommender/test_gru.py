"""The recurrent ranker's numpy forward against torch's own, and what serving does not load."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from recommender.artefacts import About, save
from recommender.predictors import Learned
from recommender.rankers import Arrays, Histories
from recommender.rankers.gru import Gru

N_ITEMS = 30
SMALL = Gru(dim=8, epochs=3, max_len=6)
SERVE = """
import sys
from pathlib import Path
import numpy as np
from recommender.artefacts import load
from recommender.rankers import RANKERS
learned = load(Path(sys.argv[1]), "gru", sys.argv[2]).learned.arrays
ranker = RANKERS.get("gru")(dim=8, max_len=6)
assert np.isfinite(ranker.scores(learned, np.array([3, 1], np.int32))).all()
assert "torch" not in sys.modules
"""


def histories(seed: int = 0, people: int = 60) -> Histories:
    """Everybody walks along a ring of items from somewhere; every tenth person took nothing."""
    rng = np.random.default_rng(seed)
    lengths = np.where(np.arange(people) % 10 == 0, 0, rng.integers(1, 15, people))
    rows = [rng.integers(N_ITEMS) + np.arange(length) for length in lengths]
    starts = np.append(0, np.cumsum(lengths)).astype(np.int64)
    return Histories((np.concatenate(rows) % N_ITEMS).astype(np.int32), starts, N_ITEMS)


def by_torch(learned: Arrays, history: NDArray[np.int32], max_len: int) -> NDArray[np.float64]:
    """The second source: torch's own GRU, loaded with the exported weights, in float64."""
    weights = {name: torch.from_numpy(np.array(one, np.float64)) for name, one in learned.items()}
    items, bias = weights.pop("items"), weights.pop("bias")
    cell = torch.nn.GRU(items.shape[1], items.shape[1]).double()
    cell.load_state_dict({f"{name}_l0": one for name, one in weights.items()})
    with torch.no_grad():
        _, state = cell(items[torch.from_numpy(history[-max_len:].astype(np.int64))])
        return np.asarray((items @ state[0] + bias).numpy())


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_gru__when_run_by_torch__then_the_scores_are_the_same(seed: int) -> None:
    learned, asked = SMALL.fit(histories(), seed), histories(seed + 1)
    scores = SMALL.scores_many(learned, asked)
    for row in np.flatnonzero(np.diff(asked.starts)).tolist():
        expected = by_torch(learned, asked.of(row), SMALL.max_len)
        np.testing.assert_allclose(scores[row], expected, rtol=1e-4, atol=1e-5)


def test_gru__when_fitted__then_arrays_are_float32_and_bias_is_log_popularity() -> None:
    asked = histories()
    learned = SMALL.fit(asked, 0)
    assert {name: one.shape for name, one in learned.items()} == {
        "items": (N_ITEMS, 8), "bias": (N_ITEMS,), "weight_ih": (24, 8), "weight_hh": (24, 8),
        "bias_ih": (24,), "bias_hh": (24,),
    }  # fmt: skip
    assert {one.dtype for one in learned.values()} == {np.dtype(np.float32)}
    counts = np.bincount(asked.items, minlength=N_ITEMS)
    bias = np.asarray(learned["bias"], np.float32)
    np.testing.assert_allclose(bias, np.log(1 + counts), rtol=1e-6)


def test_gru__when_the_order_decides__then_the_next_on_the_ring_comes_first() -> None:
    learned = Gru(dim=16, dropout=0.0).fit(histories(people=400), 0)
    ranker = Gru(dim=16)
    first = [
        int(np.argmax(ranker.scores(learned, np.array([i - 1, i], np.int32) % N_ITEMS)))
        for i in range(N_ITEMS)
    ]
    assert first == [(i + 1) % N_ITEMS for i in range(N_ITEMS)]


def test_gru__when_the_seed_is_the_same__then_so_is_every_bit() -> None:
    torch.manual_seed(1)
    one = SMALL.fit(histories(), 7)
    torch.manual_seed(2)
    other, third = SMALL.fit(histories(), 7), SMALL.fit(histories(), 8)
    assert {k: v.tobytes() for k, v in one.items()} == {k: v.tobytes() for k, v in other.items()}
    assert not np.array_equal(one["items"], third["items"])


def test_gru__when_fitted__then_the_callers_torch_is_as_before() -> None:
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    SMALL.fit(histories(), 0)
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.get_rng_state(), state)


def test_gru__when_a_history_is_long__then_only_its_end_is_read() -> None:
    learned = SMALL.fit(histories(), 0)
    end = np.arange(6, dtype=np.int32)
    for before in ([], [9], [9] * 500):
        whole = np.concatenate([np.array(before, np.int32), end])
        np.testing.assert_array_equal(SMALL.scores(learned, whole), SMALL.scores(learned, end))
    nearer = np.concatenate([np.array([9], np.int32), end[1:]])
    assert not np.array_equal(SMALL.scores(learned, nearer), SMALL.scores(learned, end))


@pytest.mark.parametrize("lengths", [[], [0, 0], [1, 1, 1], [2], [40]])
def test_gru__when_there_is_little_to_learn__then_it_still_answers(lengths: list[int]) -> None:
    starts = np.append(0, np.cumsum(lengths)).astype(np.int64)
    few = Histories(np.arange(starts[-1], dtype=np.int32) % N_ITEMS, starts, N_ITEMS)
    learned = SMALL.fit(few, 0)
    assert SMALL.scores_many(learned, few).shape == (len(lengths), N_ITEMS)
    assert np.isfinite(SMALL.scores(learned, np.array([1, 2], np.int32))).all()


def test_gru__when_it_serves__then_torch_is_not_loaded(tmp_path: Path) -> None:
    now = datetime(2024, 1, 1, tzinfo=UTC)
    about = About(kind="ranker", name="gru", from_at=now, until_at=now)
    version = save(tmp_path, about, Learned(arrays=SMALL.fit(histories(), 0)))
    subprocess.run(
        [sys.executable, "-c", SERVE, str(tmp_path), version],
        check=True, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
