"""What changes personas: the rebuild, the fold of fresh events, and scores written back."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec
import numpy as np
import orjson
from django.db import transaction
from numpy.typing import NDArray

from marketing.conditions.types import Column, Ref, TraitSpec
from marketing.events import log
from marketing.events.log import LogRow
from marketing.kernel.hashing import content_hash
from marketing.kernel.text import Text
from marketing.people.models import Person
from marketing.people.queries import highest_ordinal, redirects
from marketing.people.services import say
from marketing.personas import attributes, plan, queries, store
from marketing.personas.percentiles import quantile_table
from marketing.personas.shipped import SHIPPED
from marketing.workspace.leases import held
from marketing.workspace.models import Cursor, Pointer, Workspace
from marketing.workspace.queries import cursor, pointer
from marketing.workspace.services import move_cursor, move_pointer

_LEASE = "personas"
# A reader that took the pointer a moment ago must still find its folder.
_VERSIONS_KEPT = 8
FOLD_ROWS = 20_000


def rebuild(
    workspace: Workspace, now: datetime, extra: Mapping[str, TraitSpec] | None = None
) -> int:
    """All personas from all events; returns how many people. ``extra``: traits of conditions."""
    with held(_LEASE, wait_s=60):
        at = cursor("fold")
        until = _say_all(at)
        specs = {name: trait.spec for name, trait in SHIPPED.items()} | dict(extra or {})
        size = highest_ordinal() + 1
        columns = _computed(workspace, now, until, specs, size, None)
        # Never the name of an earlier version, whatever the clock says: readers remember by name.
        version = f"base-{now:%Y%m%dT%H%M%S}-{until.position}-{secrets.token_hex(4)}"
        store.write(queries.folder(version), columns)
        details: dict[str, object] = {
            "overlay": None,
            "reaches": [until.xid, until.position],
            "specs": {name: _plain(spec) for name, spec in specs.items()},
        }
        with transaction.atomic():  # as in the fold: a crash before this repeats the work
            move_cursor(at, until.xid, until.position, now)
            move_pointer(queries.POINTER, version, now, details)
        store.prune(queries.folder(""), keep=_VERSIONS_KEPT, using=_in_use())
        return size - 1


def fold(workspace: Workspace, now: datetime) -> tuple[LogRow, ...]:
    """Fresh events into an overlay of their people; returns the events, in log order.

    Saying attributes is idempotent, the overlay is immutable and named by its log range, and
    cursor and pointer move in one transaction: a crash anywhere repeats work and loses nothing.
    """
    base = pointer(queries.POINTER)
    if base is None or not log.after(cursor("fold"), 1):
        return ()
    with held(_LEASE):
        at = cursor("fold")
        rows = log.after(at, FOLD_ROWS)
        if not rows:
            return ()
        _say(rows)
        until = Cursor(name="fold", xid=rows[-1].xid, position=rows[-1].id)
        base = pointer(queries.POINTER) or base
        overlay = _write_overlay(workspace, now, until, base.version, base.details, rows)
        with transaction.atomic():
            move_cursor(at, until.xid, until.position, now)
            details = base.details | {"overlay": overlay, "reaches": [until.xid, until.position]}
            move_pointer(queries.POINTER, base.version, base.as_of, details)
        store.prune(queries.folder(""), keep=_VERSIONS_KEPT, using=_in_use())
        return tuple(rows)


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
    move_pointer(queries.SCORE + name, version, as_of, details)
    return version


def _in_use() -> set[str]:
    """Names of everything that a pointer names."""
    found = set(Pointer.objects.values_list("version", flat=True))
    base = pointer(queries.POINTER)
    overlay = base.details.get("overlay") if base else None
    return found | ({overlay} if isinstance(overlay, str) else set())


def _say_all(at: Cursor) -> Cursor:
    """Attributes of everything past ``at``; returns the log's safe end and moves nothing."""
    end = Cursor(name=at.name, xid=at.xid, position=at.position)
    while rows := log.after(end, FOLD_ROWS):
        _say(rows)
        end = Cursor(name=at.name, xid=rows[-1].xid, position=rows[-1].id)
    return end


def _say(rows: Iterable[LogRow]) -> None:
    gone = redirects()
    say(
        [
            (gone.get(row.person, row.person), row.at_us, orjson.loads(row.properties))
            for row in rows
            if row.kind == "identify"
        ]
    )


def _write_overlay(
    workspace: Workspace,
    now: datetime,
    until: Cursor,
    version: str,
    details: Mapping[str, object],
    rows: Sequence[LogRow],
) -> str:
    """The overlay so far with the touched people computed anew."""
    gone = redirects()
    touched = {gone.get(row.person, row.person) for row in rows}
    # Who became one with a touched person is gone from the base.
    touched |= {younger for younger, older in gone.items() if older in touched}
    before = details.get("overlay")
    if isinstance(before, str):
        touched |= set(store.read_ordinals(queries.folder(before)).tolist())
    people = np.array(sorted(touched), dtype=np.int64)
    size = max(highest_ordinal(), int(people[-1])) + 1
    specs = _specs(details)
    columns = _computed(workspace, now, until, specs, size, tuple(people.tolist()))
    name = f"{version}-overlay-{until.xid}-{until.position}"
    fresh = {ref: column.take(people) for ref, column in columns.items()}
    store.write(queries.folder(name), fresh, people)
    return name


def _computed(
    workspace: Workspace,
    now: datetime,
    until: Cursor,
    specs: Mapping[str, TraitSpec],
    size: int,
    people: tuple[int, ...] | None,
) -> dict[Ref, Column]:
    """Traits, attributes and existence, columns of length ``size``."""
    # Ibis and DuckDB load here, in workers: the web process reads columns only.
    from marketing.events.scans import open_source
    from marketing.personas.engine import Run, compute

    run = Run(open_source(until), now, workspace.zone, size, people)
    scans = plan.make(specs, now, workspace.zone)
    columns = {Ref("trait", name): each for name, each in compute(run, scans).items()}
    found = Person.objects.filter(merged_into=None)
    found = found if people is None else found.filter(pk__in=people)
    rows = [(person.pk, person.attributes) for person in found.only("pk", "said").iterator()]
    columns |= attributes.columns(rows, size)
    exists = np.full(size, np.nan)
    exists[[pk for pk, _said in rows]] = 1.0
    columns[Ref("person", "exists")] = Column(exists, ~np.isnan(exists))
    return columns


def _plain(spec: TraitSpec) -> object:
    return msgspec.to_builtins(spec)


def _specs(details: Mapping[str, object]) -> dict[str, TraitSpec]:
    return msgspec.convert(details.get("specs", {}), dict[str, TraitSpec])
