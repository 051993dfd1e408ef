"""Leases: one holder at a time over any number of processes, by conditional UPDATE.

A lease is short and its holder renews it while it works, so what a killed holder left behind is
free within a minute, however long the work would have taken.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, connection
from django.db.models import Q

from marketing.kernel.errors import Unavailable
from marketing.workspace.models import Lease

SECONDS = 60.0


@contextmanager
def held(name: str, *, seconds: float = SECONDS, wait_s: float = 0.0) -> Iterator[None]:
    """Hold ``name``, renewed every third of ``seconds`` of real time until the block ends.

    Raises Unavailable (code ``busy``) if another holds it and does not let go within ``wait_s``.
    """
    holder = uuid.uuid4().hex
    deadline = time.monotonic() + wait_s
    while not _take(name, holder, seconds):
        if time.monotonic() >= deadline:
            raise Unavailable(f"'{name}' is being done elsewhere", code="busy", fix="Try later.")
        time.sleep(0.05)
    ended = threading.Event()
    renewer = threading.Thread(target=_renew, args=(name, holder, seconds, ended), daemon=True)
    renewer.start()
    try:
        yield
    finally:
        ended.set()
        renewer.join()
        Lease.objects.filter(name=name, holder=holder).update(holder="", until=None)


def _take(name: str, holder: str, seconds: float) -> bool:
    now = datetime.now(UTC)
    Lease.objects.get_or_create(name=name)
    free = Q(until=None) | Q(until__lt=now)
    taken = Lease.objects.filter(free, name=name).update(
        holder=holder, until=now + timedelta(seconds=seconds)
    )
    return bool(taken)


def _renew(name: str, holder: str, seconds: float, ended: threading.Event) -> None:
    """In a thread, on a connection of its own."""
    while not ended.wait(seconds / 3):
        try:
            until = datetime.now(UTC) + timedelta(seconds=seconds)
            Lease.objects.filter(name=name, holder=holder).update(until=until)
        except DatabaseError:
            continue  # two more tries fit before the lease runs out
        finally:
            connection.close()
