"""``manage.py demo``: the main job on real course data, step by step, resumable."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from marketing.demo import access, steps
from marketing.kernel.errors import MarketingError


class Command(BaseCommand):
    help = "Import real course data and run the whole job: personas, models, campaigns, result."

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console(highlight=False)
        started = time.monotonic()
        call_command("migrate", verbosity=0)
        call_command("setup", verbosity=0)
        try:
            for step in steps.STEPS:
                self._run(step, console)
        except MarketingError as error:
            raise CommandError(f"{error} What was done is kept: run again.") from error
        console.print(f"\nDone in {time.monotonic() - started:.0f} s; data below {settings.HOME}")
        for line in access.ensure():
            console.print(line, markup=False, soft_wrap=True)

    def _run(self, step: steps.Step, console: Console) -> None:
        lines = steps.done(step)
        if lines is None:
            lines = self._with_bar(step, console)
            steps.keep(step, lines)
        else:
            console.print(f"[dim]✓ {step.title} (done before)[/dim]")
        for line in lines:
            console.print(f"    {line}", markup=False, soft_wrap=True)

    def _with_bar(self, step: steps.Step, console: Console) -> list[str]:
        columns = (TextColumn("{task.description:<34}"), BarColumn(), TimeElapsedColumn())
        with Progress(*columns, console=console) as progress:
            task = progress.add_task(step.title, total=1.0)
            lines = step.run(lambda share: progress.update(task, completed=share))
            progress.update(task, completed=1.0)
        return lines
