"""Readers see the old version or the new one: never half, never one that was rolled back.

On PostgreSQL beside the suite's own connection; on SQLite, whose tests live in the memory of one
connection, as a program over a file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.architecture.house import ROOT
from tests.segments.halves import ALL, NEW, OLD, begin, rolled_back, watched


@pytest.fixture
def seen(transactional_db: None, tmp_path: Path) -> dict[str, Any]:
    if connection.vendor == "sqlite":
        return over_a_file(tmp_path)
    begin()
    return {"rolled_back": rolled_back(), "watched": watched()}


def over_a_file(folder: Path) -> dict[str, Any]:
    more = {
        "DATABASE_URL": f"sqlite:///{folder}/zhixin.sqlite3",
        "DJANGO_SETTINGS_MODULE": "marketing.settings.tests",
        "PYTHONPATH": str(ROOT),
        "ZHIXIN_HOME": str(folder),
    }
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("halves.py"))],
        cwd=ROOT, env=os.environ | more, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_publication__then_readers_see_the_old_or_the_new_and_never_half(
    seen: dict[str, Any],
) -> None:
    old, new = ([sorted(people), sorted(ALL - people)] for people in (OLD, NEW))
    undone = seen["rolled_back"]
    assert undone == {
        "publisher": new, "elsewhere": old, "afterwards": old, "versions": 2, "days": 2,
    }  # fmt: skip
    assert seen["watched"] == {
        "wrong": [], "enough": True, "versions_seen": [str(sorted(OLD)), str(sorted(NEW))],
    }  # fmt: skip
