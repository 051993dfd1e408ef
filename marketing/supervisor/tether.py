"""``tether.py SUPERVISOR PROGRAM ARGUMENT…``: become the program, and end when SUPERVISOR does.

On Linux the kernel sends SIGTERM when the supervisor dies, even of kill -9. A script of its own and
not a ``preexec_fn``: between fork and exec of a process with threads no Python may run safely.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def tie_to(supervisor: int) -> None:
    """Survives exec. Raises SystemExit if the supervisor has died in the meantime."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != supervisor:
        raise SystemExit("the supervisor is gone")


if __name__ == "__main__":
    tie_to(int(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - the supervisor's own argument list
