"""The web process stays light: what learns and what scans is loaded in workers only."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np

from recommender.artefacts import About, save
from recommender.predictors import Learned
from recommender.rankers import RANKERS, Histories
from tests.architecture.house import ROOT, run

HEAVY = {"torch", "sklearn", "lightgbm", "ibis", "duckdb", "pyarrow", "pandas", "statsmodels",
         "mlxtend"}  # fmt: skip
NOW = datetime(2024, 6, 1, tzinfo=UTC)


def tiny_ranker(root: Path) -> str:
    """Three items; whoever took a took b next, and then c."""
    ranker = RANKERS.get("next_item_ridge")()
    taken = Histories(np.array([0, 1, 2] * 4, np.int32), np.arange(0, 13, 3, dtype=np.int64), 3)
    about = About(kind="ranker", name="next_item_ridge", from_at=NOW, until_at=NOW,
                  params=msgspec.to_builtins(ranker))  # fmt: skip
    return save(root, about, Learned(ranker.fit(taken, seed=0), {"items": '["a", "b", "c"]'}))


def test_web_process__when_it_served_a_recommendation__then_no_heavy_library_is_loaded(
    tmp_path: Path,
) -> None:
    version = tiny_ranker(tmp_path / "artefacts")
    program = Path(__file__).with_name("serve_once.py")
    said = json.loads(run(program, ROOT, tmp_path, version))
    assert (said["status"], said["items"]) == (200, ["b", "c"])
    assert said["told"] == [200, 404, 503, 409]  # nothing is there yet, and it says so
    assert {"numpy", "django", "rest_framework"} <= set(said["loaded"])
    assert not HEAVY & set(said["loaded"])
