"""How a version of the personas becomes what readers see."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from marketing.conditions.types import Column, Ref
from marketing.personas import queries, state, store
from marketing.workspace.models import Cursor, Pointer
from marketing.workspace.queries import pointer
from marketing.workspace.services import move_cursor, move_pointer

# A reader that took the pointer a moment ago must still find its folder.
_VERSIONS_KEPT = 8


def base(
    columns: Mapping[Ref, Column], at: Cursor, until: Cursor, now: datetime, what: state.State
) -> None:
    """A new base: everybody's columns, no overlay."""
    # Never the name of an earlier version, whatever the clock says: readers remember by name.
    version = f"base-{now:%Y%m%dT%H%M%S}-{until.position}-{secrets.token_hex(4)}"
    store.write(queries.folder(version), columns)
    _move(version, at, until, now, what)


def overlay(
    columns: Mapping[Ref, Column],
    ordinals: NDArray[np.int64],
    touched: NDArray[np.int64],
    at: Cursor,
    until: Cursor,
    now: datetime,
    what: state.State,
) -> None:
    """The same base with these rows over it. ``touched``: who differs from the overlay before."""
    if what.overlay is None:
        raise AssertionError("an overlay has a name")
    store.write(queries.folder(what.overlay), columns, ordinals=ordinals, touched=touched)
    version = Pointer.objects.values_list("version", flat=True).get(name=queries.POINTER)
    _move(version, at, until, now, what)


def _move(version: str, at: Cursor, until: Cursor, now: datetime, what: state.State) -> None:
    with transaction.atomic():
        move_cursor(at, until.xid, until.position, now)
        move_pointer(queries.POINTER, version, now, state.plain(what))
    prune()


def prune(keep: int = _VERSIONS_KEPT) -> None:
    """Remove what no pointer names and is not among the newest ``keep``."""
    store.prune(queries.folder(""), keep=keep, using=_in_use())


def _in_use() -> set[str]:
    """Names of everything that a pointer names."""
    found = set(Pointer.objects.values_list("version", flat=True))
    current = pointer(queries.POINTER)
    known = state.read(current) if current else None
    if known is not None:
        found |= {name for name in (known.overlay, known.history and known.history.name) if name}
    return found
