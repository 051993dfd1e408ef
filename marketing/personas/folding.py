"""The fold: fresh events into an overlay of the people whom they touch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from marketing.conditions.types import Column, Ref, TraitSpec
from marketing.events import log
from marketing.events.log import LogRow
from marketing.kernel.moments import HOUR_US, microseconds
from marketing.people.queries import redirects
from marketing.personas import publishing, queries, said, state
from marketing.personas.layers import Layers
from marketing.personas.plan import parts_of
from marketing.personas.rebuilding import PART
from marketing.personas.traits import Moment
from marketing.workspace.models import Cursor, Pointer, Workspace
from marketing.workspace.queries import cursor, pointer

if TYPE_CHECKING:
    from marketing.events.scans import Source

ROWS = 20_000
# An overlay of more people than both of these is slid into a new base: each fold writes it whole.
_FEW, _SHARE = 10_000, 0.05


def must_slide(workspace: Workspace, now: datetime, specs: Mapping[str, TraitSpec] | None) -> bool:
    """Have windows moved, are traits wanted that nobody computed, has the overlay grown large?"""
    current = pointer(queries.POINTER)
    known = state.read(current) if current else None
    if current is None or known is None or known.zone != workspace.time_zone:
        return True
    hour = microseconds(current.as_of) // HOUR_US
    if microseconds(now) // HOUR_US > hour:
        return True
    if specs is not None and any(known.specs.get(name) != spec for name, spec in specs.items()):
        return True
    layers = queries.layers(current)
    return len(layers.ordinals) > max(_FEW, _SHARE * layers.size)


def fold(workspace: Workspace, now: datetime) -> tuple[LogRow, ...]:
    """The next rows of the log. The caller holds the personas' lease."""
    from marketing.events.scans import Source
    from marketing.events.warehouse import as_table

    at = cursor("fold")
    rows = log.after(at, ROWS)
    if not rows:
        return ()
    said.say_rows(rows)
    until = Cursor(name="fold", xid=rows[-1].xid, position=rows[-1].id)
    current = Pointer.objects.get(name=queries.POINTER)
    known = state.read(current)
    if known is None:
        raise AssertionError("only what can slide is folded")
    layers = queries.layers(current)
    carries_on = redirects({row.person for row in rows})
    touched, gone, kept = _touched(rows, layers, carries_on)
    source = Source(None, as_table(rows), carries_on)
    fresh = _computed(workspace, now, until, known, layers, source, touched, gone, kept)
    now = max(now, current.as_of)
    ordinals = np.union1d(layers.ordinals, touched)
    name = f"{current.version}-overlay-{until.xid}-{until.position}"
    what = state.State(
        specs=known.specs,
        reaches=(until.xid, until.position),
        zone=known.zone,
        cleaning=known.cleaning,
        base_as_of=known.base_as_of,
        overlay=name,
        before=known.overlay or current.version,
        compared=known.compared,
        history=known.history,
    )
    columns = _overlaid(layers, fresh, ordinals, touched)
    publishing.overlay(columns, ordinals, touched, at, until, now, what)
    return tuple(rows)


def _touched(
    rows: Sequence[LogRow], layers: Layers, carries_on: Mapping[int, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """(everybody who may change, who is gone since, into whom), each rising int64."""
    people = {carries_on.get(row.person, row.person) for row in rows}
    pairs = [
        (younger, older)
        for younger, older in carries_on.items()
        if older in people and layers.at(said.EXISTS, younger, layers.place(younger)).present
    ]
    both = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    touched = np.array(sorted(people | {gone for gone, _kept in pairs}), dtype=np.int64)
    return touched, both[:, 0], both[:, 1]


def _computed(
    workspace: Workspace,
    now: datetime,
    until: Cursor,
    known: state.State,
    layers: Layers,
    fresh: Source,
    touched: NDArray[np.int64],
    gone: NDArray[np.int64],
    kept: NDArray[np.int64],
) -> dict[Ref, Column]:
    """Every column of the touched people, in the order of ``touched``."""
    from marketing.events.scans import LateSource
    from marketing.personas.engine import Run, finished
    from marketing.personas.history.recalling import recall_of
    from marketing.personas.rows import only
    from marketing.personas.slide import Step, advance

    moment = Moment(now, workspace.zone)
    run = Run(LateSource(until, fresh.redirects), moment, only(touched), known.cleaning,
              is_open=True)  # fmt: skip
    wanted = parts_of(known.specs)
    before = {key: layers.take(Ref(PART, key), touched) for key in wanted}
    # Within an hour no window moves: the moment before may be the moment itself.
    step = Step(run, fresh, moment, gone, kept, recall_of(known, workspace, now, until))
    parts = advance(step, before, wanted.values())
    columns = {Ref(PART, key): column for key, column in parts.items()}
    columns |= {
        Ref("trait", name): finished(spec, parts, moment) for name, spec in known.specs.items()
    }
    return columns | said.columns_of(touched)


def _overlaid(
    layers: Layers,
    fresh: Mapping[Ref, Column],
    ordinals: NDArray[np.int64],
    touched: NDArray[np.int64],
) -> dict[Ref, Column]:
    """The overlay's rows: the touched people's fresh ones, the others' as they were."""
    both = Layers(layers, fresh, touched)
    return {ref: both.take(ref, ordinals) for ref in both}
