"""Start in stages, keep alive, stop in reverse."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import TextIO

from marketing.kernel.errors import Unavailable
from marketing.supervisor.children import Backoff, Child, Program
from marketing.supervisor.output import Printer
from marketing.supervisor.stopping import Stopping

_TICK_S = 0.1
# Of the time to stop, what an earlier stage keeps for itself: Valkey's is to write its file.
_RESERVED_S = 2.0
_TRIES = 3


class Supervisor:
    """``start`` a stage after another, ``run`` until asked to stop, always ``stop``."""

    def __init__(self, stream: TextIO, *, backoff: Backoff | None = None) -> None:
        self._printer = Printer(stream)
        self._backoff = backoff or Backoff()
        self._stages: list[list[Child]] = []
        self._line, self._held = os.pipe()

    @property
    def children(self) -> dict[str, Child]:
        return {child.program.name: child for stage in self._stages for child in stage}

    def start(
        self, programs: Sequence[Program], stopping: Stopping, *, within_s: float = 60.0
    ) -> None:
        """Returns when all are up, or when asked to stop.

        Raises Unavailable, naming the first that is not up in time or has ended three times.
        """
        stage = [Child(program, self._printer, self._backoff, self._line) for program in programs]
        self._stages.append(stage)
        for child in stage:
            child.start()
        deadline = time.monotonic() + within_s
        while not stopping.asked:
            waiting = [child for child in stage if not child.is_up()]
            if not waiting:
                return
            _give_up_on(waiting, time.monotonic() >= deadline)
            self.tend()
            stopping.sleep(_TICK_S)

    def run(self, stopping: Stopping) -> None:
        while not stopping.asked:
            self.tend()
            stopping.sleep(_TICK_S)

    def stop(self, *, within_s: float = 10.0, stopping: Stopping | None = None) -> None:
        """The last stage first: ask, wait, then kill. Who asks twice skips the waiting."""
        deadline = time.monotonic() + within_s
        while self._stages:
            stage = self._stages.pop()
            _end(stage, deadline - _RESERVED_S * len(self._stages), stopping)

    def tend(self) -> None:
        """One look at every child: bury the dead, restart those whose pause is over."""
        for stage in self._stages:
            for child in stage:
                child.tend()


def _give_up_on(waiting: Sequence[Child], is_late: bool) -> None:
    for child in waiting:
        if is_late or child.failures >= _TRIES:
            raise Unavailable(
                f"'{child.program.name}' does not come up",
                code="not_ready",
                fix="Its own lines above say why.",
            )


def _end(stage: Sequence[Child], deadline: float, stopping: Stopping | None) -> None:
    for child in stage:
        child.terminate()
    while not all(child.gone() for child in stage) and time.monotonic() < deadline:
        if stopping and stopping.insisted:
            break
        time.sleep(_TICK_S / 2)
    for child in stage:
        child.kill()
