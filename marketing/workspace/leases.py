"""Leases: one holder at a time over any number of processes, by conditional UPDATE."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from marketing.kernel.errors import Unavailable
from marketing.workspace.models import Lease


@contextmanager
def held(name: str, *, seconds: float, wait_s: float = 0.0) -> Iterator[None]:
    """Hold ``name`` for at most ``seconds`` of real time. Raises Unavailable if another does."""
    holder = uuid.uuid4().hex
    deadline = time.monotonic() + wait_s
    while not _take(name, holder, seconds):
        if time.monotonic() >= deadline:
            raise Unavailable(f"'{name}' is being done elsewhere", code="busy", fix="Try later.")
        time.sleep(0.05)
    try:
        yield
    finally:
        Lease.objects.filter(name=name, holder=holder).update(holder="", until=None)


def _take(name: str, holder: str, seconds: float) -> bool:
    now = datetime.now(UTC)
    Lease.objects.get_or_create(name=name)
    free = Q(until=None) | Q(until__lt=now)
    taken = Lease.objects.filter(free, name=name).update(
        holder=holder, until=now + timedelta(seconds=seconds)
    )
    return bool(taken)
