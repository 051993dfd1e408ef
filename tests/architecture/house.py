"""Where the code stands, and the folders that are registries."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("marketing", "segments", "recommender", "campaigns")
# What a member is called in errors, by the package whose files are the members.
REGISTRIES = {
    "marketing.personas.traits": "TRAITS",
    "marketing.personas.parts": "PARTS",
    "marketing.personas.engines": "ENGINES",
    "marketing.events.surprises": "SURPRISES",
    "marketing.conditions.operators": "OPERATORS",
    "marketing.conditions.criteria": "CRITERIA",
    "marketing.experiments.metrics": "METRICS",
    "segments.learning.clusterers": "CLUSTERERS",
    "recommender.features": "FEATURES",
    "recommender.predictors": "PREDICTORS",
    "recommender.rankers": "RANKERS",
    "recommender.insights": "INSIGHTS",
    "campaigns.guards": "GUARDS",
    "campaigns.actions": "ACTIONS",
    "campaigns.channels": "CHANNELS",
    "marketing.imports.kinds": "KINDS",
}


def modules(*folders: str) -> Iterator[Path]:
    """The Python files below these folders, migrations left out."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def run(program: Path, root: Path, home: Path, *arguments: str) -> str:
    """What a program prints in a fresh interpreter whose code lies in ``root``; it must succeed."""
    done = subprocess.run(
        [sys.executable, str(program), *arguments],
        cwd=root,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(root),
            "DJANGO_SETTINGS_MODULE": "marketing.settings.tests",
            "DATABASE_URL": "sqlite://:memory:",
            "ZHIXIN_HOME": str(home),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
