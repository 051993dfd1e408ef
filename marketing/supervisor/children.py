"""One supervised program and the process that runs it now."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from marketing.supervisor import tether
from marketing.supervisor.output import Printer

_TETHER = str(Path(tether.__file__))
_LONGEST_LINE = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Program:
    """It is up when it has printed ``says`` and ``ready`` answers true; both may be left out."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    says: str = ""
    ready: Callable[[], bool] | None = None


@dataclass(frozen=True, kw_only=True)
class Backoff:
    """The pause before a restart doubles, and begins anew after a good while alive."""

    first_s: float = 1.0
    longest_s: float = 30.0
    forgiven_after_s: float = 60.0

    def pause_s(self, failures: int) -> float:
        return min(self.first_s * 2.0 ** min(failures - 1, 30), self.longest_s)


class Child:
    """Its process leads a session of its own, so that all of its offspring can be ended with it."""

    def __init__(self, program: Program, printer: Printer, backoff: Backoff, line: int) -> None:
        """``line``: the end of a pipe that the program reads; see ``tether``."""
        self.program = program
        self._line = line
        self.failures = 0
        self._printer = printer
        self._backoff = backoff
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._heard = threading.Event()
        self._started_at = self._restart_at = 0.0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        self._heard.clear()
        self._started_at = time.monotonic()
        tethered = (sys.executable, "-I", "-S", _TETHER, str(self._line), *self.program.command)
        self._process = subprocess.Popen(  # noqa: S603 - programs.py's own argument lists
            tethered,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **self.program.environment},
            start_new_session=True,
            pass_fds=[self._line],
        )
        self._reader = threading.Thread(target=self._read, args=[self._process], daemon=True)
        self._reader.start()

    def is_up(self) -> bool:
        alive = self._process is not None and self._process.poll() is None
        said = not self.program.says or self._heard.is_set()
        return alive and said and (self.program.ready is None or self.program.ready())

    def tend(self) -> None:
        """Notice a death once, then start again when the pause is over."""
        if self._process is None:
            if time.monotonic() >= self._restart_at:
                self.start()
        elif (code := self._process.poll()) is not None:
            self._bury(code)

    def terminate(self) -> None:
        """Only the leader is asked: granian and Celery end their own workers in good order, and a
        signal to Celery's pool would break off a task in the middle."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def gone(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def kill(self) -> None:
        """The process and all of its offspring; returns when the process is reaped."""
        if self._process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._reader:
            self._reader.join(timeout=1)
        self._process = None

    def _bury(self, code: int) -> None:
        alive_s = time.monotonic() - self._started_at
        self.failures = 1 if alive_s >= self._backoff.forgiven_after_s else self.failures + 1
        pause_s = self._backoff.pause_s(self.failures)
        self.kill()  # workers that outlived their leader
        self._restart_at = time.monotonic() + pause_s
        self._printer.line(self.program.name, f"ended ({_how(code)}); again in {pause_s:g} s")

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is None:
            return
        with process.stdout as lines:
            while raw := lines.readline(_LONGEST_LINE):
                text = raw.decode(errors="replace").rstrip()
                if self.program.says and self.program.says in text:
                    self._heard.set()
                self._printer.line(self.program.name, text)


def _how(code: int) -> str:
    """A negative code is the signal that ended it."""
    return f"code {code}" if code >= 0 else signal.Signals(-code).name
