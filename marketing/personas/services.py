"""What changes personas: the rebuild, the slide, the fold of fresh events, scores written back.

All three publish the same way: immutable files first, then pointer and cursor in one transaction.
A crash anywhere repeats work and loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from marketing.conditions.types import TraitSpec
from marketing.events import log
from marketing.events.log import LogRow
from marketing.kernel.errors import Unavailable
from marketing.kernel.hashing import content_hash
from marketing.kernel.text import Text
from marketing.people.queries import all_erased
from marketing.personas import folding, publishing, queries, rebuilding, state
from marketing.personas.defined import named
from marketing.personas.percentiles import quantile_table
from marketing.personas.providers import SCORE
from marketing.workspace.leases import held
from marketing.workspace.models import Workspace
from marketing.workspace.queries import cursor, pointer
from marketing.workspace.services import move_pointer

_LEASE = "personas"


def rebuild(
    workspace: Workspace, now: datetime, extra: Mapping[str, TraitSpec] | None = None
) -> int:
    """All personas from all events; returns how many ordinals there are.

    Whatever the slide had otherwise is reported per trait (``State.compared``) and healed.
    ``extra``: traits of conditions.
    """
    with held(_LEASE, wait_s=60):
        return rebuilding.rebuild(workspace, now, wanted(extra))


def refresh(
    workspace: Workspace, now: datetime, extra: Mapping[str, TraitSpec] | None = None
) -> int:
    """All personas as of ``now``: by a slide from what they were, else by a rebuild."""
    with held(_LEASE, wait_s=60):
        try:
            if rebuilding.can_slide(workspace, now):
                return rebuilding.slide(workspace, now, wanted(extra))
        except Unavailable as error:
            if error.code != "personas_damaged":
                raise
        return rebuilding.rebuild(workspace, now, wanted(extra))


def fold(
    workspace: Workspace, now: datetime, extra: Mapping[str, TraitSpec] | None = None
) -> tuple[LogRow, ...]:
    """Fresh events into an overlay of their people; returns the events, in log order.

    Where an hour has passed (windows have moved), where a trait is wanted that nobody computed yet,
    or where the overlay has grown large, everybody slides instead.
    """
    base = pointer(queries.POINTER)
    if base is None:
        return ()  # the first rebuild takes everything in
    specs = wanted(extra) if extra is not None else None
    if not log.after(cursor("fold"), 1) and not folding.must_slide(workspace, now, specs):
        return ()
    with held(_LEASE):
        if folding.must_slide(workspace, now, specs):
            rows = log.after(cursor("fold"), folding.ROWS)
            known = state.read(pointer(queries.POINTER) or base)
            specs = specs or (known.specs if known else wanted())
            if rebuilding.can_slide(workspace, now):
                rebuilding.slide(workspace, now, specs)
            else:
                rebuilding.rebuild(workspace, now, specs)
            return tuple(rows)
        return folding.fold(workspace, now)


def forget_state() -> None:
    """The next refresh computes everything from the events; readers see no change."""
    current = pointer(queries.POINTER)
    if current is not None:
        current.details = {"overlay": current.details.get("overlay")}
        current.save(update_fields=["details"])


def forget_versions() -> None:
    """Remove every version but those that readers see: they held people who were erased.

    So does the history, which is written anew without them.
    """
    with held(_LEASE, wait_s=60):
        rebuilding.forget_in_history(all_erased())
        publishing.prune(keep=0)


def wanted(extra: Mapping[str, TraitSpec] | None = None) -> dict[str, TraitSpec]:
    """The traits that ship, those that operators defined, and those that somebody asks for."""
    return {name: trait.spec for name, trait in named().items()} | dict(extra or {})


def write_score(name: str, values: NDArray[np.float64], as_of: datetime, label: Text) -> str:
    """``values`` float64[size] by ordinal, NaN = not scored. Readers see it from now on."""
    version = f"score-{name}-{as_of:%Y%m%dT%H%M%S}-{content_hash(values.tolist(), 8)}"
    path = queries.folder(version).with_suffix(".npy")
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, values)
    table = quantile_table(values)
    details: dict[str, object] = {
        "scored": int(np.isfinite(values).sum()),
        "quantiles": None if table is None else table.tolist(),
        "label": list(label),
    }
    move_pointer(SCORE + name, version, as_of, details)
    return version
