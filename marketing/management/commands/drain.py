"""``manage.py drain``: the loop that makes fresh events count within seconds.

SQL says what is due; nobody has to ring. Any number of these may run: leases, conditional updates
and SKIP LOCKED keep them apart.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from marketing import pipeline
from marketing.supervisor.stopping import Stopping
from marketing.workspace.queries import workspace

log = logging.getLogger("zhixin.drain")

POLL_S = 0.2
LONGEST_PAUSE_S = 30.0
_FRAMES_TOLD = 4


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
    return pipeline.drain(space, space.clock.now())


def loop(do: Callable[[], int], stopping: Stopping, poll_s: float = POLL_S) -> None:
    """Until asked to stop. No error ends it; each one in a row doubles the pause."""
    errors = 0
    while not stopping.asked:
        try:
            pause_s = 0.0 if do() else poll_s
            errors = 0
        except Exception as error:
            errors += 1
            pause_s = min(poll_s * 2.0 ** min(errors, 30), LONGEST_PAUSE_S)
            log.error("drain failed: %s; again in %.1f s", _told(error), pause_s)
            connections.close_all()  # the next step connects anew
        stopping.sleep(pause_s)


def _told(error: BaseException) -> str:
    """What failed and where. Never the message: a database quotes the values it refuses."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES_TOLD:]
    where = " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(frames))
    cause = error.__cause__ or error.__context__
    why = f" from {type(cause).__name__}" if cause else ""
    return f"{type(error).__name__}{why} in {where}"
