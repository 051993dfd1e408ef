"""``manage.py answer``: the loop that answers what operators ask of people's behaviour.

A process of its own: an answer may take a minute, and the drain loop has seconds. Any number of
these may run: each question is answered under its lease.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from marketing import pipeline
from marketing.management.commands.drain import loop
from marketing.supervisor.stopping import Stopping
from marketing.workspace.queries import workspace

POLL_S = 0.5


class Command(BaseCommand):
    help = "Answer insights that were asked for: twice a second, at once while some wait."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when nothing waits any more")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            done = sum(iter(step, 0))
            self.stdout.write(f"{done:,} answered; nothing more waits.")
            return
        self.stdout.write(f"Answering every {POLL_S * 1000:.0f} ms.")
        with Stopping() as stopping:
            loop(step, stopping, POLL_S, "answer")


def step() -> int:
    """One question, as of the workspace's own clock."""
    space = workspace()
    return pipeline.answer(space, space.clock.now(), datetime.now(UTC))
