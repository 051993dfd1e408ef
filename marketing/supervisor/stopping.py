"""A process that is asked to end ends after its running step."""

from __future__ import annotations

import signal
import time
from types import FrameType, TracebackType

_ASKED_BY = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_SLICE_S = 0.1


class Stopping:
    """While entered, SIGTERM, SIGINT and SIGHUP only set ``asked``; main thread only.

    A plain flag and short sleeps: a handler that sets a ``threading.Event`` may interrupt the very
    thread that holds the event's lock.
    """

    def __init__(self) -> None:
        self._times = 0
        self._before: dict[signal.Signals, object] = {}

    @property
    def asked(self) -> bool:
        return self._times > 0

    @property
    def insisted(self) -> bool:
        """Asked twice: whoever presses Ctrl-C again does not want to wait."""
        return self._times > 1

    def ask(self, signum: int = 0, frame: FrameType | None = None) -> None:
        self._times += 1

    def sleep(self, seconds: float) -> None:
        """At most so long; a request to stop ends it."""
        until = time.monotonic() + seconds
        while not self.asked and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _SLICE_S))

    def __enter__(self) -> Stopping:
        for each in _ASKED_BY:
            self._before[each] = signal.signal(each, self.ask)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for each, before in self._before.items():
            signal.signal(each, before)  # type: ignore[arg-type]
