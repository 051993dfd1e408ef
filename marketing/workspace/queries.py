"""What is asked of the workspace."""

from __future__ import annotations

from datetime import datetime

from marketing.workspace.models import Cursor, Pointer, Workspace


def workspace() -> Workspace:
    """The one row; made with its defaults on a fresh database."""
    found, _ = Workspace.objects.get_or_create(id=1)
    return found


def now() -> datetime:
    """The workspace's moment: for entry points only (views, tasks, commands)."""
    return workspace().clock.now()


def pointer(name: str) -> Pointer | None:
    return Pointer.objects.filter(name=name).first()


def cursor(name: str) -> Cursor:
    found, _ = Cursor.objects.get_or_create(name=name)
    return found
