"""``manage.py erase USER_ID``: forget a person everywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketing import pipeline
from marketing.erasure import erase_next
from marketing.kernel.errors import NotFound
from marketing.people.erasing import ask
from marketing.people.models import Erasure
from marketing.people.queries import by_external_id
from marketing.workspace.queries import now, workspace


class Command(BaseCommand):
    help = "Forget a person: database, warehouse, personas and caches. It cannot be undone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user_id", help="what the host calls the person")
        parser.add_argument("--by", default="command line", help="who asked for it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Asks, and does at once what waits for a worker, this person first or last."""
        at = datetime.now(UTC)
        try:
            by_external_id(options["user_id"])
            row = ask(options["user_id"], at, options["by"])
        except NotFound as error:
            raise CommandError(str(error)) from error
        while row.state == Erasure.State.WAITING and erase_next(
            workspace(), now(), at, pipeline.specs
        ):
            row.refresh_from_db()
        if row.state != Erasure.State.DONE:
            raise CommandError(f"Asked, and {row.get_state_display()}: a worker goes on with it.")
        told = ", ".join(f"{count:,} {name}" for name, count in row.counts.items() if count)
        self.stdout.write(f"Erased: {told or 'nothing was stored'}.")
