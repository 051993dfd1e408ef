"""``manage.py drain``: the loop that makes fresh events count within seconds.

SQL says what is due; nobody has to ring. Any number of these may run: leases, conditional updates
and SKIP LOCKED keep them apart.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from marketing import pipeline
from marketing.kernel.places import told
from marketing.supervisor.stopping import Stopping
from marketing.workspace.queries import workspace

POLL_S = 0.2
LONGEST_PAUSE_S = 30.0


class Command(BaseCommand):
    help = "Fold fresh events, decide and deliver: every 200 ms, at once while there is work."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when nothing is due any more")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            done = sum(iter(step, 0))
            self.stdout.write(f"{done:,} done; nothing more is due.")
            return
        self.stdout.write(f"Draining every {POLL_S * 1000:.0f} ms.")
        with Stopping() as stopping:
            loop(step, stopping)


def step() -> int:
    """What is due by the workspace's own clock, which an operator may move at any time."""
    space = workspace()
    return pipeline.drain(space, space.clock.now(), datetime.now(UTC))


def loop(
    do: Callable[[], int], stopping: Stopping, poll_s: float = POLL_S, name: str = "drain"
) -> None:
    """Until asked to stop. No error ends it; each one in a row doubles the pause."""
    log, errors = logging.getLogger(f"zhixin.{name}"), 0
    while not stopping.asked:
        try:
            pause_s = 0.0 if do() else poll_s
            errors = 0
        except Exception as error:
            errors += 1
            pause_s = min(poll_s * 2.0 ** min(errors, 30), LONGEST_PAUSE_S)
            log.error("%s failed: %s; again in %.1f s", name, told(error), pause_s)
            connections.close_all()  # the next step connects anew
        stopping.sleep(pause_s)
