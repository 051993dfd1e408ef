"""Every file that docs/extending.md shows is a valid member and keeps its registry's laws."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import PACKAGES, REGISTRIES
from tests.docs.examples import shown
from tests.docs.pages import ROOT

LAWS = {
    "marketing/personas/traits": "test_traits",
    "marketing/personas/parts": "test_parts",
    "marketing/personas/engines": "test_engines",
    "marketing/events/surprises": "test_surprise_kinds",
    "marketing/conditions/operators": "test_operators",
    "marketing/conditions/criteria": "test_criteria",
    "marketing/experiments/metrics": "test_metrics",
    "segments/learning/clusterers": "test_clusterers",
    "recommender/features": "test_features",
    "recommender/predictors": "test_predictors",
    "recommender/rankers": "test_rankers",
    "recommender/insights": "test_insights",
    "campaigns/guards": "test_guards",
    "campaigns/actions": "test_actions",
    "campaigns/channels": "test_channels",
    "marketing/imports/kinds": "test_kinds",
}
EXAMPLES = shown()


def names(file: str) -> set[str]:
    """What the suites may call a member: its file's name or its class's."""
    return {Path(file).stem, *re.findall(r"^class (\w+)\(", EXAMPLES[file], re.MULTILINE)}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages and the suites, with every example dropped into its place."""
    root = tmp_path_factory.mktemp("extended")
    unneeded = shutil.ignore_patterns("__pycache__", "data", "static", "locale")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, root / package, ignore=unneeded)
    for part in ("architecture", "conformance", "campaigns", "conditions"):
        shutil.copytree(ROOT / "tests" / part, root / "tests" / part, ignore=unneeded)
    for file in (ROOT / "tests").glob("*.py"):
        shutil.copy(file, root / "tests")
    shutil.copy(ROOT / "pyproject.toml", root)
    for path, text in EXAMPLES.items():
        assert not (root / path).exists(), f"{path} is taken"
        (root / path).write_text(text)
    return root


@pytest.fixture(scope="module")
def passed(copy: Path) -> list[str]:
    """The ids of the laws that held, of the examples only."""
    every_name = sorted(name for file in EXAMPLES for name in names(file))
    outside = ("COV_", "PYTEST_", "DJANGO_", "DATABASE_", "ZHIXIN_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(outside)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/conformance", "-rp", "-q", "-p", "no:randomly",
         "-p", "no:cacheprovider", "-k", " or ".join(every_name)],
        cwd=copy, env=kept | {"ZHIXIN_HOME": str(copy / "home")},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
    return re.findall(r"^PASSED (\S+)", done.stdout, re.MULTILINE)


def test_examples__when_counted__then_there_is_one_a_registry() -> None:
    folders = sorted(str(Path(file).parent) for file in EXAMPLES)
    assert folders == sorted(LAWS) == sorted(name.replace(".", "/") for name in REGISTRIES)


@pytest.mark.parametrize("file", EXAMPLES)
def test_example__when_dropped_into_its_folder__then_it_keeps_the_laws(
    file: str, passed: list[str]
) -> None:
    suite = LAWS[str(Path(file).parent)]
    mine = [
        law for law in passed
        if f"/{suite}.py::" in law and any(name in law for name in names(file))
    ]  # fmt: skip
    assert len({law.partition("[")[0] for law in mine}) >= 3, passed


def test_examples__when_linted__then_they_are_in_the_house_s_style(copy: Path) -> None:
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [str(Path(sys.executable).with_name("ruff")), *command, "--no-cache", *EXAMPLES],
            cwd=copy, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
