"""The supervisor on tiny real processes."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped, unused-ignore]
import pytest

import marketing
from marketing.kernel.errors import Conflict, Unavailable
from marketing.supervisor.children import Backoff, Program
from marketing.supervisor.ground import free_port, only_one, refuse_taken_port
from marketing.supervisor.stopping import Stopping
from marketing.supervisor.supervising import Supervisor

REPOSITORY = str(Path(marketing.__file__).parents[1])
SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
# A leader with one worker of its own; both ignore SIGTERM, and the worker's pid is printed.
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pid = os.fork()
if pid:
    print("worker", pid, flush=True)
time.sleep(60)
"""
# Writes a byte for every SIGTERM into the file that its environment names; ends a second after.
COUNTING = """
import os, signal, time
out = os.open(os.environ["COUNT"], os.O_WRONLY | os.O_CREAT)
signal.signal(signal.SIGTERM, lambda *_: os.write(out, b"t"))
print("up", flush=True)
while not os.fstat(out).st_size:
    time.sleep(0.01)
time.sleep(1)
"""
# What `serve` does; prints its children's pids.
SUPERVISING = f"""
import io, sys
from marketing.supervisor.children import Program
from marketing.supervisor.stopping import Stopping
from marketing.supervisor.supervising import Supervisor
programs = [
    Program(name=str(number), command=(sys.executable, "-c", code), says=says)
    for number, (code, says) in enumerate(
        [({SLEEPER!r}, "up"), ({COUNTING!r}, "up"), ({STUBBORN!r}, "worker")]
    )
]
supervisor = Supervisor(io.StringIO())
with Stopping() as stopping:
    supervisor.start(programs[:1], stopping)
    supervisor.start(programs[1:], stopping)
    print(*[child.pid for child in supervisor.children.values()], flush=True)
    supervisor.run(stopping)
    supervisor.stop()
"""


def python(name: str, code: str, *, says: str = "") -> Program:
    return Program(name=name, command=(sys.executable, "-c", code), says=says)


def alive(pid: int) -> bool:
    """Zombies are dead: where nobody reaps orphans they stay listed."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def wait_for(condition: Callable[[], object], within_s: float = 15.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


@pytest.fixture
def printed() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def supervisor(printed: io.StringIO) -> Iterator[Supervisor]:
    one = Supervisor(printed, backoff=Backoff(first_s=0.05))
    yield one
    one.stop(within_s=2)


@pytest.fixture
def supervising(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A supervisor in a process of its own, and its children's pids."""
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISING],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": REPOSITORY, "COUNT": str(tmp_path / "count")},
    ) as process:
        assert process.stdout is not None
        yield process, [int(pid) for pid in process.stdout.readline().split()]
        process.kill()


def test_child__when_it_dies__then_it_is_started_again(
    supervisor: Supervisor, printed: io.StringIO
) -> None:
    supervisor.start([python("sleeper", SLEEPER, says="up")], Stopping())
    first = supervisor.children["sleeper"].pid
    assert first is not None
    os.kill(first, signal.SIGKILL)

    def again() -> bool:
        supervisor.tend()
        return supervisor.children["sleeper"].pid not in (None, first)

    wait_for(again)
    assert "sleeper │ ended (SIGKILL); again in 0.05 s" in printed.getvalue()


def test_child__when_it_prints__then_its_name_stands_before_every_line(
    supervisor: Supervisor, printed: io.StringIO
) -> None:
    supervisor.start([python("sleeper", SLEEPER, says="up")], Stopping())
    assert printed.getvalue() == "sleeper │ up\n"


def test_child__when_it_ends_three_times_while_starting__then_start_gives_up(
    supervisor: Supervisor,
) -> None:
    with pytest.raises(Unavailable, match="'broken' does not come up"):
        supervisor.start([python("broken", "raise SystemExit(3)", says="up")], Stopping())


def test_stop__when_leader_and_worker_ignore_sigterm__then_both_are_killed(
    supervisor: Supervisor, printed: io.StringIO
) -> None:
    supervisor.start([python("stubborn", STUBBORN, says="worker")], Stopping())
    leader = supervisor.children["stubborn"].pid
    worker = int(printed.getvalue().split()[-1])
    assert leader is not None
    assert alive(leader)
    assert alive(worker)
    supervisor.stop(within_s=0.3)
    wait_for(lambda: not alive(leader) and not alive(worker))


def test_supervisor__when_sigterm_comes__then_it_ends_with_all_its_children(
    supervising: tuple[subprocess.Popen[str], list[int]],
) -> None:
    process, children = supervising
    assert all(alive(pid) for pid in children)
    process.terminate()
    assert process.wait(timeout=15) == 0
    assert not any(alive(pid) for pid in children)


def test_supervisor__when_it_is_killed__then_its_children_are_asked_once_and_end(
    supervising: tuple[subprocess.Popen[str], list[int]], tmp_path: Path
) -> None:
    process, children = supervising
    everyone = [each.pid for each in psutil.Process(process.pid).children(recursive=True)]
    assert len(everyone) == len(children) + 1  # the stubborn one has a worker
    process.kill()
    process.wait(timeout=15)
    wait_for(lambda: not any(alive(pid) for pid in everyone), 30)
    # granian, for one, hangs at a second SIGTERM soon after the first
    assert (tmp_path / "count").read_bytes() == b"t"


def test_backoff__when_failures_add_up__then_the_pause_doubles_up_to_thirty_seconds() -> None:
    assert [Backoff().pause_s(n) for n in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]


def test_port__when_something_listens__then_it_is_refused_and_another_is_found() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(Conflict, match=rf"Port {port} on 127.0.0.1 is taken.*--port"):
            refuse_taken_port("127.0.0.1", port)
        assert free_port("127.0.0.1", port) != port
    refuse_taken_port("127.0.0.1", port)
    assert free_port("127.0.0.1", port) == port


def test_home__when_it_is_served_already__then_the_process_is_named(tmp_path: Path) -> None:
    with (
        only_one(tmp_path),
        pytest.raises(Conflict, match=rf"served already, by process {os.getpid()}\. Stop"),
        only_one(tmp_path),
    ):
        pass
    with only_one(tmp_path):
        assert (tmp_path / "serve.pid").read_text() == f"{os.getpid()}\n"
