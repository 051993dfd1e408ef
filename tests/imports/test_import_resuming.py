"""A worker is really killed in the middle of an import; its successor's result is that of one."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests.imports.stage import table

ROOT = Path(settings.BASE_DIR)
ROWS = 8_000
Rows = list[tuple[Any, ...]]


@pytest.fixture
def home(db: None, tmp_path: Path) -> Callable[[str], Path]:
    """Homes with an empty database each, of the suite's own schema."""
    if connection.vendor != "sqlite":
        pytest.skip("the schema is copied into a file")
    empty = tmp_path / "empty.sqlite3"
    with connection.cursor() as sql:
        sql.execute("SELECT sql FROM sqlite_master WHERE sql != '' AND name != 'sqlite_sequence'")
        schema = ";\n".join(text for (text,) in sql.fetchall())
    with sqlite3.connect(empty) as target:
        target.executescript(schema)
    target.close()

    def made(name: str) -> Path:
        (tmp_path / name).mkdir()
        shutil.copy(empty, tmp_path / name / "zhixin.sqlite3")
        return tmp_path / name

    return made


def orders(path: Path) -> Path:
    """Every seventh row is wrong."""
    head = ["order_id", "user_id", "ordered_at", "price"]
    rows = [
        [f"o{i}", f"u{i % 900}", f"2024-05-{1 + i % 28:02d} 08:00", "x" if i % 7 == 3 else i]
        for i in range(ROWS)
    ]
    path.write_bytes(table(head, *rows))
    return path


def started(home: Path, *arguments: str) -> subprocess.Popen[bytes]:
    kept = {key: value for key, value in os.environ.items()
            if not key.startswith(("DATABASE_", "WAREHOUSE_", "COV_"))}  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments], cwd=ROOT,
        env=kept | {"ZHIXIN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "marketing.settings"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def ask(home: Path, sql: str) -> Rows:
    with sqlite3.connect(home / "zhixin.sqlite3", timeout=20) as database:
        return database.execute(sql).fetchall()


def killed_in_the_middle(home: Path, file: Path) -> int:
    """The position at which it died."""
    process = started(home, "import", "orders", str(file))
    while process.poll() is None:
        found = ask(home, "SELECT position FROM imports_import WHERE phase = 'run'")
        if found and found[0][0] >= 2_000:
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.01)
    output, _error = process.communicate()
    assert process.returncode == -signal.SIGKILL, output.decode()
    ((position,),) = ask(home, "SELECT position FROM imports_import WHERE phase = 'run'")
    return int(position)


def ended(process: subprocess.Popen[bytes], code: int) -> None:
    output, _error = process.communicate(timeout=120)
    assert process.returncode == code, output.decode()


def result(home: Path) -> tuple[Rows, Rows, Rows, bytes]:
    """The import's row, the events, the keys, and the error file."""
    errors = list((home / "imports").iterdir())
    assert len(errors) == 1  # the file itself is gone
    return (
        ask(home, "SELECT state, position, good, known, bad, faults, error_bytes "
                  "FROM imports_import"),
        ask(home, "SELECT message_id, name, at_us, properties, p.key FROM events_event e "
                  "JOIN people_person p ON p.id = e.person_id ORDER BY message_id"),
        ask(home, "SELECT key FROM imports_importedkey ORDER BY key"),
        errors[0].read_bytes(),
    )  # fmt: skip


def test_import__when_its_worker_is_killed__then_the_next_one_ends_it_as_if_nothing_was(
    home: Callable[[str], Path], tmp_path: Path
) -> None:
    file, broken, whole = orders(tmp_path / "orders.csv"), home("broken"), home("whole")
    assert 2_000 <= killed_in_the_middle(broken, file) < ROWS
    with (
        (broken / "imports")
        .joinpath(ask(broken, "SELECT error_file FROM imports_import")[0][0])
        .open("ab") as errors
    ):
        errors.write(b"half a row that was not committed")
    # A minute passes: the dead worker's lease is over.
    ask(broken, "UPDATE workspace_lease SET until = '2000-01-01 00:00:00'")
    for home_, arguments in (
        (broken, ("answer", "--once")),
        (whole, ("import", "orders", str(file))),
    ):
        process = started(home_, *arguments)
        output, _error = process.communicate(timeout=120)
        assert process.returncode == (1 if home_ is whole else 0), output.decode()
    assert result(broken) == result(whole)
    assert len(result(whole)[1]) == ROWS - len([i for i in range(ROWS) if i % 7 == 3])
