"""Before anything starts: is the port free, and is this home served by nobody else?"""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from marketing.kernel.errors import Conflict, Invalid

_PID_FILE = "serve.pid"


def refuse_taken_port(host: str, port: int) -> None:
    """Raises Conflict when something listens there, Invalid when nothing ever could."""
    error = _bind_error(host, port)
    if error is None:
        return
    if error.errno == errno.EADDRINUSE:
        raise Conflict(
            f"Port {port} on {host} is taken by another program",
            code="port_taken",
            fix="Stop it, or choose another with --port.",
        )
    raise Invalid(f"Port {port} on {host} cannot be opened: {error.strerror}", code="bad_address")


def free_port(host: str, wanted: int) -> int:
    """``wanted``, or one that the system picks when that is taken."""
    if wanted and _bind_error(host, wanted) is None:
        return wanted
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def _bind_error(host: str, port: int) -> OSError | None:
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            # As the servers do it: a port whose last connections are still closing is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error
    return None


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold the home; the kernel lets go of it however this process ends. Raises Conflict."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / _PID_FILE).open("a+") as kept:
        try:
            fcntl.flock(kept, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            kept.seek(0)
            raise Conflict(
                f"{home} is served already, by process {kept.read().strip() or 'unknown'}",
                code="already_served",
                fix="Stop that one, or set another ZHIXIN_HOME.",
            ) from error
        kept.truncate(0)
        kept.write(f"{os.getpid()}\n")
        kept.flush()
        yield
        kept.truncate(0)
