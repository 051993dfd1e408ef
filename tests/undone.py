"""One example of many in the same database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is rolled back at the end, ordinals included."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
