"""``manage.py erase USER_ID``: forget a person everywhere."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketing.erasure import erase
from marketing.kernel.errors import NotFound
from marketing.people.queries import by_external_id
from marketing.workspace.queries import now, workspace


class Command(BaseCommand):
    help = "Forget a person: database, warehouse, personas and caches. It cannot be undone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user_id", help="what the host calls the person")
        parser.add_argument("--by", default="command line", help="who asked for it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            person = by_external_id(options["user_id"])
        except NotFound as error:
            raise CommandError(str(error)) from error
        done = erase(person, workspace(), now(), asked_by=options["by"])
        told = ", ".join(f"{count:,} {name}" for name, count in done.counts.items() if count)
        self.stdout.write(f"Erased: {told or 'nothing was stored'}.")
