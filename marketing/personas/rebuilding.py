"""Everybody's personas: from scratch, or by a slide from what they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from marketing.conditions.types import Column, Ref, TraitSpec
from marketing.events import log
from marketing.events.log import LogRow
from marketing.kernel.errors import Unavailable
from marketing.people.queries import all_erased, highest_ordinal, redirects
from marketing.personas import cleaning, publishing, queries, said, state
from marketing.personas.layers import Layers
from marketing.personas.parts import kind_of
from marketing.personas.plan import parts_of
from marketing.personas.store import lengthened
from marketing.personas.traits import Moment
from marketing.workspace.models import Cursor, Pointer, Workspace
from marketing.workspace.queries import cursor, pointer

if TYPE_CHECKING:
    from deltalake import DeltaTable

    from marketing.personas.engine import Run
    from marketing.personas.slide import Step

PART = "part"


class Reach(NamedTuple):
    """What a run reads: the table as it was opened, and the log up to a position after it."""

    table: DeltaTable | None
    until: Cursor


def can_slide(workspace: Workspace, now: datetime) -> bool:
    """Not before the first rebuild, into the past, or across a change of the time zone."""
    current = pointer(queries.POINTER)
    known = state.read(current) if current else None
    return (
        current is not None
        and known is not None
        and known.zone == workspace.time_zone
        and current.as_of <= now
    )


def rebuild(workspace: Workspace, now: datetime, specs: Mapping[str, TraitSpec]) -> int:
    """From all events. The caller holds the personas' lease."""
    # Ibis and DuckDB load here, in workers: the web process reads columns only.
    from marketing.events import warehouse
    from marketing.events.scans import source_of
    from marketing.personas.engine import Run, answer, finished
    from marketing.personas.rows import everybody

    at, table = cursor("fold"), warehouse.open_table()  # before the log's end is read
    until = said.say_all(at)
    size = highest_ordinal() + 1
    moment = Moment(now, workspace.zone)
    clean = cleaning.current(specs)
    run = Run(source_of(table, until), moment, everybody(size), clean, is_open=True)
    with run.opened() as engine:
        parts = answer(run, engine, parts_of(specs).values())
    columns = {Ref(PART, key): column for key, column in parts.items()}
    columns |= {Ref("trait", name): finished(spec, parts, moment) for name, spec in specs.items()}
    columns |= said.columns(size)
    what = state.State(
        specs=dict(specs),
        reaches=(until.xid, until.position),
        zone=workspace.time_zone,
        cleaning=clean,
        base_as_of=now,
        compared=_compare(workspace, now, specs, columns, Reach(table, until)),
        history=_history(run, specs, until),
    )
    publishing.base(columns, at, until, now, what)
    return size - 1


def slide(workspace: Workspace, now: datetime, specs: Mapping[str, TraitSpec]) -> int:
    """From what they were and the log since. The caller holds the personas' lease."""
    from marketing.events import warehouse

    at, table = cursor("fold"), warehouse.open_table()  # before the log's end is read
    reach = Reach(table, said.say_all(at))
    current = Pointer.objects.get(name=queries.POINTER)
    known = state.read(current)
    if known is None:
        raise AssertionError("only what can slide does")
    step, columns = _slid(workspace, now, specs, current, known, reach)
    until = reach.until
    what = state.State(
        specs=dict(specs),
        reaches=(until.xid, until.position),
        zone=workspace.time_zone,
        cleaning=cleaning.current(specs),
        base_as_of=now,
        compared=known.compared,
        history=_kept(step, specs, known) or _history(step.run, specs, until),
    )
    publishing.base(columns, at, until, now, what)
    return len(np.asarray(columns[said.EXISTS].values)) - 1


def _slid(
    workspace: Workspace,
    now: datetime,
    specs: Mapping[str, TraitSpec],
    current: Pointer,
    known: state.State,
    reach: Reach,
) -> tuple[Step, dict[Ref, Column]]:
    """Everybody's columns as of ``now`` and ``reach``; publishes nothing."""
    from marketing.events.scans import Source, source_of
    from marketing.events.warehouse import as_table
    from marketing.personas.engine import Run, finished
    from marketing.personas.history.recalling import recall_of
    from marketing.personas.rows import everybody
    from marketing.personas.slide import Step, advance

    until = reach.until
    layers = queries.layers(current)
    xid, position = known.reaches
    fresh = log.between(Cursor(name="fold", xid=xid, position=position), until)
    gone, kept = newly_merged(layers)
    moment, size = Moment(now, workspace.zone), highest_ordinal() + 1
    clean = cleaning.current(specs)
    run = Run(source_of(reach.table, until), moment, everybody(size), clean, is_open=True)
    step = Step(run, Source(None, as_table(fresh), redirects()),
                Moment(current.as_of, workspace.zone), gone, kept,
                recall_of(known, workspace, now, until))  # fmt: skip
    wanted = parts_of(specs)
    before = kept_parts(layers, wanted, known, clean)
    parts = advance(step, before, wanted.values())
    columns = {Ref(PART, key): column for key, column in parts.items()}
    columns |= {Ref("trait", name): finished(spec, parts, moment) for name, spec in specs.items()}
    return step, columns | _said_since(layers, fresh, np.concatenate([gone, kept]), size)


def _history(run: Run, specs: Mapping[str, TraitSpec], until: Cursor) -> state.Kept | None:
    """A history of everything up to ``until`` that folds will look back on."""
    from marketing.personas.history.writing import write

    name = write(queries.folder(""), run, parts_of(specs).values())
    reaches = (until.xid, until.position)
    return None if name is None else state.Kept(name=name, reaches=reaches, at=run.moment.now)


def _kept(step: Step, specs: Mapping[str, TraitSpec], known: state.State) -> state.Kept | None:
    """The history that there is, while it holds all that is asked of it."""
    merging = {key for key, part in parts_of(specs).items() if kind_of(part).merge}
    others = [part for key, part in parts_of(specs).items() if key not in merging]
    return known.history if all(step.can_recall(part) for part in others) else None


def forget_in_history(people: Sequence[int]) -> None:
    """Move the pointer to the history without these people. The caller holds the lease."""
    from marketing.personas.history.writing import without

    current = pointer(queries.POINTER)
    known = state.read(current) if current else None
    if current is None or known is None or known.history is None:
        return
    name = without(queries.folder(""), known.history.name, people)
    history = msgspec.structs.replace(known.history, name=name)
    current.details = state.plain(msgspec.structs.replace(known, history=history))
    current.save(update_fields=["details"])


def kept_parts(
    layers: Layers, wanted: Mapping[str, object], known: state.State, clean: cleaning.Cleaning
) -> dict[str, Column]:
    """The parts that are known and were computed as they would be now."""
    found = {key: Ref(PART, key) for key in wanted if Ref(PART, key) in layers}
    changed = cleaning.changed(known.cleaning, clean, parts_of(known.specs))
    return {key: layers[ref] for key, ref in found.items() if key not in changed}


def newly_merged(layers: Layers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(gone, kept): who is in these personas and was merged into whom since.

    Who was erased is gone into nobody but themselves: nothing is left of them.
    """
    exists = np.asarray(layers[said.EXISTS].present)
    away = redirects() | {ordinal: ordinal for ordinal in all_erased()}
    pairs = [(g, k) for g, k in away.items() if g < len(exists) and exists[g]]
    both = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _said_since(
    layers: Layers, fresh: list[LogRow], merged: NDArray[np.int64], size: int
) -> dict[Ref, Column]:
    """Attributes and existence: anew for whoever said something, came, or was merged."""
    gone = redirects()
    before = len(np.asarray(layers[said.EXISTS].values))
    spoke = [gone.get(row.person, row.person) for row in fresh if row.kind == "identify"]
    people = np.unique(np.concatenate([np.array(spoke, dtype=np.int64), merged,
                                       np.arange(before, size)]))  # fmt: skip
    told = said.columns_of(people)
    rest = {ref for ref in layers if ref.kind == "attribute"} | set(told)
    return {ref: _patched(layers, told, ref, people, size) for ref in rest}


def _patched(
    layers: Layers, told: Mapping[Ref, Column], ref: Ref, people: NDArray[np.int64], size: int
) -> Column:
    both = Layers(layers if ref in layers else {}, told, people)
    if ref in layers and not len(people):
        return lengthened(layers[ref], size)
    return lengthened(both[ref], size)


def _compare(
    workspace: Workspace,
    now: datetime,
    specs: Mapping[str, TraitSpec],
    columns: Mapping[Ref, Column],
    reach: Reach,
) -> state.Compared | None:
    """How many people's traits the slide would have had otherwise; None on the first rebuild."""
    if not can_slide(workspace, now):
        return None
    current = Pointer.objects.get(name=queries.POINTER)
    known = state.read(current)
    if known is None:
        return None
    try:
        _step, slid = _slid(workspace, now, specs, current, known, reach)
    except Unavailable:  # the stored personas are damaged: there is nothing to compare with
        return None
    different = {ref.name: differing(slid[ref], columns[ref]) for ref in columns
                 if ref.kind == "trait"}  # fmt: skip
    return state.Compared(
        at=now,
        people=int(np.asarray(columns[said.EXISTS].present).sum()),
        differences={name: count for name, count in different.items() if count},
    )


def differing(one: Column, other: Column) -> int:
    """In how many rows two columns differ."""
    if (one.categories is None) != (other.categories is None):
        return len(np.asarray(one.values))
    if one.categories is not None and other.categories is not None:
        # The same words may have other codes.
        place = {word: code for code, word in enumerate(other.categories)}
        recode = np.array([*(place.get(word, -2) for word in one.categories), -1])
        values = recode[np.where(one.present, np.asarray(one.values), -1)]
        return int((values != np.where(other.present, np.asarray(other.values), -1)).sum())
    mine, theirs = (np.where(each.present, np.asarray(each.values, dtype=np.float64), np.nan)
                    for each in (one, other))  # fmt: skip
    return int((~((mine == theirs) | (np.isnan(mine) & np.isnan(theirs)))).sum())
