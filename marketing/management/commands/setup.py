"""``manage.py setup``: what every deployment has: workspace, shipped segments, schedules."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from marketing.schedules import install as install_schedules
from marketing.workspace.queries import workspace
from segments import shipped


class Command(BaseCommand):
    help = "Create what is missing: the workspace row, shipped segments, schedules."

    def handle(self, *args: Any, **options: Any) -> None:
        workspace()
        shipped.install()
        install_schedules()
        if options["verbosity"]:
            self.stdout.write("Workspace, segments and schedules are in place.")
