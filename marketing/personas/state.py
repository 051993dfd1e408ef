"""What the pointer says about the personas that readers see."""

from __future__ import annotations

from datetime import datetime

import msgspec

from marketing.conditions.types import TraitSpec
from marketing.personas.cleaning import Cleaning
from marketing.workspace.models import Pointer


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """What a rebuild from scratch found: per trait, how many people the slide had otherwise."""

    at: datetime
    people: int
    differences: dict[str, int]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A history: its name, (xid, id) of the newest event in it, and when it was written."""

    name: str
    reaches: tuple[int, int]
    at: datetime


class State(msgspec.Struct, frozen=True, kw_only=True):
    """``reaches``: (xid, id) of the newest event in them. ``base_as_of``: of the newest base.

    ``before``: the version upon which ``overlay`` was made. ``history``: what folds look back on.
    """

    specs: dict[str, TraitSpec]
    reaches: tuple[int, int]
    zone: str
    cleaning: Cleaning
    base_as_of: datetime
    overlay: str | None = None
    before: str | None = None
    compared: Compared | None = None
    history: Kept | None = None


def read(pointer: Pointer) -> State | None:
    """None where another release wrote it: a rebuild makes it anew."""
    try:
        return msgspec.convert(pointer.details, State)
    except msgspec.ValidationError:
        return None


def plain(state: State) -> dict[str, object]:
    return msgspec.to_builtins(state)  # type: ignore[no-any-return]
