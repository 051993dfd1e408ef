"""Personas as they were at a moment of the past: from what had been said and done by then.

For whoever learns: a model that is to say on Monday who will leave by Friday may be shown Mondays
only, attributes included. Attributes are events too, so the warehouse knows them of any moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

import numpy as np
import orjson
import pyarrow as pa

from marketing.conditions.types import Column, Ref, TraitSpec
from marketing.events.scans import Source, fold_cursor, open_source
from marketing.kernel.local_days import offsets
from marketing.kernel.moments import microseconds
from marketing.people.queries import all_erased, highest_ordinal, subscription_facts
from marketing.people.services import newest
from marketing.people.subscriptions import Terms, fold
from marketing.personas import attributes, cleaning
from marketing.personas.engine import Run, compute
from marketing.personas.providers import Subscriptions
from marketing.personas.rows import everybody
from marketing.personas.said import EXISTS
from marketing.personas.traits import Moment
from marketing.personas.types import Personas
from marketing.workspace.models import Workspace

IDENTIFY = "$identify"
Said = dict[int, dict[str, tuple[object, int]]]


def as_of(workspace: Workspace, moment: datetime, specs: Mapping[str, TraitSpec]) -> Personas:
    """Attributes, subscriptions, existence and these traits at ``moment``; in workers only.

    By today's ordinals: who was merged since is one person already. Windows end at the moment, and
    events that happened later change nothing, whenever either was received. Scores, segments,
    labels and consents have no past here: asking for one raises NotFound. Raises Unavailable before
    the first refresh.
    """
    source, size = open_source(fold_cursor()), highest_ordinal() + 1
    run = Run(source, Moment(moment, workspace.zone), everybody(size), cleaning.current(specs))
    columns = {Ref("trait", name): each for name, each in compute(run, specs).items()}
    exists = _seen(source, moment, size)
    columns |= attributes.columns(
        ((person, {name: value for name, (value, _at) in told.items()})
         for person, told in said(source, moment).items() if exists[person]), size
    ) | {EXISTS: Column(np.where(exists, 1.0, np.nan), exists)}  # fmt: skip
    return Personas(
        version=f"past-{microseconds(moment)}",
        as_of=moment,
        size=size,
        exists=exists,
        columns=columns,
        providers=(Subscriptions(size, moment, partial(_subscribed, moment)),),
        today=offsets(workspace.zone, moment).day(microseconds(moment)),
    )


def said(source: Source, moment: datetime) -> Said:
    """Ordinal to what it had said by then: name to (value, moment in microseconds)."""
    rows = source.rows(None)
    rows = rows.filter((rows.event == IDENTIFY) & (rows.at_us <= microseconds(moment)))
    found: Said = {}
    for row in rows.select("person", "at_us", "properties").to_pyarrow().to_pylist():
        told = {name: (v, row["at_us"]) for name, v in orjson.loads(row["properties"]).items()}
        found[row["person"]] = newest(found.get(row["person"], {}), told)
    return found


def _subscribed(
    moment: datetime, ordinals: Sequence[int] | None = None
) -> Iterator[tuple[int, Terms]]:
    """(ordinal, the terms that the facts by then come to) of whoever had subscribed by then."""
    until = microseconds(moment)
    for person, facts in subscription_facts(ordinals):
        by_then = [fact for fact in facts if fact.at_us <= until]
        if by_then:
            yield person, fold(by_then)


def _seen(
    source: Source, moment: datetime, size: int
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """bool[size]: of whom there was an event by then; the erased were never there."""
    rows = source.rows(None)
    rows = rows.filter(rows.at_us <= microseconds(moment)).select("person").distinct()
    table: pa.Table = rows.to_pyarrow()
    exists = np.zeros(size, dtype=bool)
    exists[table["person"].to_numpy()] = True
    exists[all_erased()] = False
    return exists
