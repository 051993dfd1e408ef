"""The programs that make up a running Zhixin, and how each is known to be up."""

from __future__ import annotations

import http.client
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from marketing.supervisor.children import Program

_ASK_WITHIN_S = 2.0
_LOOPBACK = "127.0.0.1"
_EVERYWHERE = {"0.0.0.0": _LOOPBACK, "::": "::1"}  # noqa: S104 - where to ask, not to listen


def web(host: str, port: int, workers: int, allowed_hosts: Sequence[str]) -> Program:
    """Granian over WSGI. Four threads a worker: each may hold one database connection."""
    options = (
        f"--interface wsgi --host {host} --port {port} --workers {workers} --blocking-threads 4 "
        "--no-ws --respawn-failed-workers --workers-kill-timeout 5"
    )
    name = _host_header(allowed_hosts)
    return Program(
        name="web",
        command=(*_module("granian", options), "marketing.wsgi:application"),
        ready=lambda: answers_ok(_EVERYWHERE.get(host, host), port, name),
    )


def drain(manage: Path) -> Program:
    return Program(
        name="drain", command=(sys.executable, str(manage), "drain"), says="Draining every"
    )


def answer(manage: Path) -> Program:
    """Operators' questions: beside the drain loop, because one may take a minute."""
    return Program(
        name="answer", command=(sys.executable, str(manage), "answer"), says="Answering every"
    )


def worker(concurrency: int) -> Program:
    options = (
        f"--quiet -A marketing.celery:app worker --loglevel INFO --concurrency {concurrency} "
        "-O fair --max-tasks-per-child 50 --without-gossip --without-mingle --without-heartbeat"
    )
    return Program(name="worker", command=_module("celery", options), says=" ready.")


def beat() -> Program:
    """The schedules are rows, so nothing is kept in files."""
    options = (
        "--quiet -A marketing.celery:app beat --loglevel INFO --pidfile= "
        "--scheduler django_celery_beat.schedulers:DatabaseScheduler"
    )
    return Program(name="beat", command=_module("celery", options), says="beat: Starting")


def valkey(binary: Path, home: Path, port: int) -> Program:
    """Loopback only. Its file carries the queue over a restart; the truth is in SQL, so a full
    disk must not stop it from taking messages."""
    options = (
        f"--bind {_LOOPBACK} --port {port} --maxmemory-policy noeviction --dbfilename valkey.rdb "
        "--appendonly no --stop-writes-on-bgsave-error no --daemonize no --loglevel warning"
    )
    command = (str(binary), *options.split(), "--dir", str(home), "--save", "60 1")
    return Program(name="valkey", command=command, ready=lambda: pongs(port))


def answers_ok(host: str, port: int, host_header: str = "localhost") -> bool:
    """Whether ``/healthz`` is 200."""
    connection = http.client.HTTPConnection(host, port, timeout=_ASK_WITHIN_S)
    try:
        connection.request("GET", "/healthz", headers={"Host": host_header})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def pongs(port: int) -> bool:
    """Whether a Valkey on this port answers PING; not while it still loads its file."""
    with suppress(OSError), socket.create_connection((_LOOPBACK, port), _ASK_WITHIN_S) as line:
        line.sendall(b"PING\r\n")
        return line.recv(64).startswith(b"+PONG")
    return False


def _module(name: str, options: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *options.split())


def _host_header(allowed_hosts: Sequence[str]) -> str:
    """A name that Django accepts, whatever the deployment's own names are."""
    if not allowed_hosts or {"*", "localhost"} & set(allowed_hosts):
        return "localhost"
    return allowed_hosts[0].lstrip(".")
