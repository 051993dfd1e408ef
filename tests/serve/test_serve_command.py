"""``manage.py serve`` as its user runs it: embedded, on a fresh home."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped, unused-ignore]
import pytest

import marketing
from marketing.supervisor.ground import free_port
from marketing.supervisor.programs import answers_ok
from tests.serve.test_supervisor import alive, wait_for

pytestmark = pytest.mark.servers

REPOSITORY = Path(marketing.__file__).parents[1]
EMBEDDED = ("DATABASE_URL", "REDIS_URL", "WAREHOUSE_URL", "DJANGO_SETTINGS_MODULE")


class Served:
    """A running ``serve`` and what it has printed so far."""

    def __init__(self, home: Path) -> None:
        self.port = free_port("127.0.0.1", 0)
        self.lines: list[str] = []
        kept = {name: value for name, value in os.environ.items() if name not in EMBEDDED}
        self.process = subprocess.Popen(
            [sys.executable, str(REPOSITORY / "manage.py"), "serve", "--port", str(self.port),
             "--workers", "1", "--jobs", "1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=kept | {"ZHIXIN_HOME": str(home), "VALKEY_PORT": "0"},
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def said(self, text: str) -> int:
        return sum(text in line for line in self.lines)

    def family(self) -> dict[int, str]:
        """Pid to command line of all that it started, and of all that these did."""
        everyone = psutil.Process(self.process.pid).children(recursive=True)
        return {each.pid: " ".join(each.cmdline()) for each in everyone}

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            self.lines.extend(iter(lines.readline, ""))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    one = Served(tmp_path)
    yield one
    one.end()


def wait_until_up(served: Served) -> None:
    wait_for(lambda: served.said("Serving http://") or served.process.poll() is not None, 120)
    assert served.said("Serving http://"), "".join(served.lines)


def test_serve__when_it_is_killed__then_everything_that_it_started_ends(served: Served) -> None:
    wait_until_up(served)
    family = served.family()
    assert len(family) >= 5, family
    served.process.kill()
    wait_for(lambda: not any(alive(pid) for pid in family), 20)


def test_serve__when_a_part_is_killed_and_it_is_stopped__then_it_heals_and_leaves_nothing(
    served: Served,
) -> None:
    wait_until_up(served)
    assert answers_ok("127.0.0.1", served.port)
    family = served.family()
    drains = [pid for pid, command in family.items() if command.endswith("manage.py drain")]
    assert len(drains) == 1
    psutil.Process(drains[0]).kill()
    wait_for(lambda: served.said("drain   │ Draining every") == 2, 60)
    family |= served.family()
    served.process.terminate()
    assert served.process.wait(timeout=15) == 0
    assert [command for pid, command in family.items() if alive(pid)] == []
