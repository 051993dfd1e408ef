"""``tether.py LINE PROGRAM ARGUMENT…``: become the program, and end when the supervisor does.

LINE is a pipe whose other end only the supervisor holds: it breaks when the supervisor dies, even
of kill -9. Not Linux's PR_SET_PDEATHSIG: that repeats its signal for every thread of a dying
parent, and a second SIGTERM within the first one's handler blocks granian for ever. A script of its
own and not a ``preexec_fn``: between fork and exec of a process with threads no Python may run
safely.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress

_LEAVE_S = 10.0
_TICK_S = 0.1


def tie(line: int) -> None:
    """Leave a watcher in this session that is no child of the program's."""
    if between := os.fork():
        os.waitpid(between, 0)
        os.close(line)
        return
    if not os.fork():
        _watch(line)
    os._exit(0)


def _watch(line: int) -> None:
    """Wait for the end of the line; ask the leader once, wait, then kill the session."""
    leader = os.getpgrp()
    for asked in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(asked, signal.SIG_IGN)  # an init that asks everybody ends the guard last
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)  # else the supervisor would wait for this process's output
    while os.read(line, 1):
        pass
    deadline = time.monotonic() + _LEAVE_S
    with suppress(ProcessLookupError):
        os.kill(leader, signal.SIGTERM)
        while time.monotonic() < deadline:
            time.sleep(_TICK_S)
            os.kill(leader, 0)
    os.killpg(leader, signal.SIGKILL)


if __name__ == "__main__":
    tie(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - the supervisor's own argument list
