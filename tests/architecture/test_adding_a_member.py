"""Adding a member touches exactly one file: dropped into its folder, it is there and of use."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.architecture.house import PACKAGES, REGISTRIES, ROOT, run
from tests.architecture.new_members import HEAD, NEW

USED: dict[str, object] = {
    "marketing.personas.traits": [0.0, 6.0, 0.0],
    "marketing.personas.parts": [3.0],
    "marketing.personas.engines": "duckdb",
    "marketing.events.surprises": [3],
    "marketing.conditions.operators": True,
    "marketing.conditions.criteria": True,
    "marketing.experiments.metrics": [0.0, 2.0, 0.0],
    "segments.learning.clusterers": [0, 0, 1],
    "recommender.features": 4,
    "recommender.predictors": [0.5],
    "recommender.rankers": [0.0, -1.0, -2.0],
    "recommender.insights": {"n": 3},
    "campaigns.guards": [True, False, True],
    "campaigns.actions": ["parameters"],
    "campaigns.channels": {"ring": "k"},
    "marketing.imports.kinds": ["ANN", {"name": "姓名"}],
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """A copy of the packages with one file more in every registry, put to use."""
    copy = tmp_path_factory.mktemp("copy")
    unneeded = shutil.ignore_patterns("__pycache__", "data", "static", "migrations", "locale")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=unneeded)
    shutil.copytree(ROOT / "tests" / "architecture", copy / "tests" / "architecture")
    for package, text in NEW.items():
        (copy / package.replace(".", "/") / "added.py").write_text(HEAD + text.lstrip("\n"))
    program = copy / "tests" / "architecture" / "use_members.py"
    found: dict[str, object] = json.loads(run(program, copy, copy / "home"))
    return found


@pytest.mark.parametrize("package", REGISTRIES)
def test_registry__when_one_file_is_dropped_in__then_its_member_can_be_used(
    package: str, answers: dict[str, object]
) -> None:
    assert answers[package] == USED[package]
