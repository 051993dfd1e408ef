"""``manage.py retrain [NAME]``: learn anew, measure, promote; all models, or the named one."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console

from marketing import pipeline
from marketing.kernel.errors import MarketingError
from marketing.workspace.leases import held
from marketing.workspace.queries import now
from marketing.workspace.services import job_run
from recommender import services as models

_RANKER = "ranker"


class Command(BaseCommand):
    help = "Train and measure the models, promote what was measured, score everybody."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "name", nargs="?", help=f"'{_RANKER}' or a predictor, as 'churn'; all when left out"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console(highlight=False)
        name = options["name"]
        started = time.monotonic()
        try:
            # The scheduled job's own lease: the two never run at the same time.
            with (
                held("job:retrain"),
                job_run("retrain") as run,
                console.status(f"learning {name or 'all models'}"),
            ):
                run.summary = name or "all"
                _train(name, now())
        except MarketingError as error:
            raise CommandError(str(error)) from error
        console.print(f"Retrained {name or 'all models'} in {time.monotonic() - started:.1f} s.")


def _train(name: str | None, at: datetime) -> None:
    """A ranker scores nobody ahead of time; a predictor's scores follow its promotion."""
    if name is None:
        pipeline.retrain(at)
    elif name == _RANKER:
        models.train_ranker(at)
    else:
        models.train_predictor(name, at)
        models.apply_scores(at)
