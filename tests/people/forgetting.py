"""Somebody is forgotten as it happens in life: asked for, then done by a worker."""

from __future__ import annotations

from datetime import datetime

from marketing import pipeline
from marketing.erasure import erase_next
from marketing.people.erasing import ask
from marketing.people.models import Erasure
from marketing.workspace.models import Workspace


def forgotten(user: str, workspace: Workspace, at: datetime) -> Erasure:
    """The row, done."""
    row = ask(user, at, "dpo")
    assert erase_next(workspace, at, at, pipeline.specs) == 1
    row.refresh_from_db()
    return row
