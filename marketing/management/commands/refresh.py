"""``manage.py refresh``: everything for everybody, now: what beat does every quarter of an hour."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from marketing import pipeline
from marketing.kernel.errors import MarketingError
from marketing.workspace.leases import held
from marketing.workspace.queries import workspace
from marketing.workspace.services import job_run


class Command(BaseCommand):
    help = "Archive events, recompute personas, scores and segments; then decide on transitions."

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console(highlight=False)
        space = workspace()
        started = time.monotonic()
        try:
            # The scheduled job's own lease: the two never run at the same time.
            with (
                held("job:refresh"),
                job_run("refresh"),
                console.status("starting") as status,
            ):
                pipeline.refresh(space, space.clock.now(), status.update)
        except MarketingError as error:
            raise CommandError(str(error)) from error
        console.print(f"Refreshed in {time.monotonic() - started:.1f} s.")
