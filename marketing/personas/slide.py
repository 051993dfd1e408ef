"""The slide: from the parts as they were to the parts as they are, by what came and what expired.

State before: every part over all events up to a log position, windows as of a moment. After: the
same over a later position and moment. A part that merges adds what came since and, where its
window moved and it is a sum, takes away what fell out. Any other part is scanned again: for
everybody where its window moved, else for the people whom fresh events touched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from marketing.conditions.types import Column
from marketing.events.scans import Source
from marketing.kernel.moments import microseconds
from marketing.personas.changes import Changes, fetch
from marketing.personas.engine import DEFAULT, Run, answer, as_kind, put
from marketing.personas.engines import Engine, Span
from marketing.personas.parts import Merge, Part, PartKind, ages, all_events, kind_of
from marketing.personas.rows import only
from marketing.personas.shapes import span
from marketing.personas.store import patched
from marketing.personas.traits import Moment

if TYPE_CHECKING:
    from marketing.personas.history.recalling import Recall

Parts = dict[str, Column]
# Beyond this share of everybody a scan of some people costs what a scan of all does.
_MANY = 0.2


@dataclass(frozen=True)
class Step:
    """One slide.

    ``run``: the source up to the new position, the new moment, whose rows. ``fresh``: the log
    since the old position, as a source of its own. ``before``: the old moment. ``gone`` and
    ``kept``: int64[m], who was merged into whom since. ``recall``: answers for some people's past.
    """

    run: Run
    fresh: Source
    before: Moment
    gone: NDArray[np.int64]
    kept: NDArray[np.int64]
    recall: Recall | None = None

    def can_recall(self, part: Part) -> bool:
        return self.recall is not None and self.recall.history.covers(part, self.run.moment)


def advance(step: Step, state: Mapping[str, Column], parts: Iterable[Part]) -> Parts:
    """Part key to its column as of the new moment and position; ``state`` is left as it was.

    Columns of ``state`` have a row per row of ``step.run.rows``, or fewer where people are new at
    the end. A part that is not among them is scanned.
    """
    wanted = list(parts)
    known = {part: state[part.key()] for part in wanted if part.key() in state}
    again = [p for p in wanted if p not in known or _is_scanned(p, step)]
    kept = _joined(step, {part: known[part] for part in known if part not in set(again)})
    merging = [part for part in kept if kind_of(part).merge]
    others = [part for part in kept if not kind_of(part).merge]
    changes = _fresh(step, merging, others)
    with step.run.opened() as engine:
        found = answer(step.run, engine, again)
        _slide(step, engine, {part: kept[part] for part in merging})
        found |= _touched(step, engine, {part: kept[part] for part in others}, changes)
    for part in merging:
        _add(step, kept[part], part, changes, _before(part, step), 1)
        found[part.key()] = as_kind(kept[part], kind_of(part))
    return found


def _before(part: Part, step: Step) -> Span:
    return span(part.window, step.before, is_open=True)


def _after(part: Part, step: Step) -> Span:
    return span(part.window, step.run.moment, is_open=True)


def _is_scanned(part: Part, step: Step) -> bool:
    """Must everybody's answer be computed from scratch?"""
    moved = _before(part, step) != _after(part, step)
    if kind_of(part).merge is Merge.ADD:
        return moved and _is_far(part, step)
    return moved or (ages(part) and step.before.hour_us != step.run.moment.hour_us)


def _is_far(part: Part, step: Step) -> bool:
    """Did the window move by more than half of itself, or backwards? Then a scan reads less."""
    (old, old_end), (new, new_end) = _before(part, step), _after(part, step)
    if old is None or new is None:
        return True
    end = microseconds(step.run.moment.now) if new_end is None else new_end
    return new < old or (new - old) * 2 > end - new or (old_end is not None and new > old_end)


def _joined(step: Step, columns: Mapping[Part, Column]) -> dict[Part, Column]:
    """Copies as long as the rows, in which merged people's values are with who carries on."""
    gone, kept = step.run.rows.places(step.gone), step.run.rows.places(step.kept)
    both = (gone >= 0) & (kept >= 0)
    found = {}
    for part, values in _copies(columns, step.run.rows.size).items():
        kind, empty = kind_of(part), _empty(kind_of(part))
        if kind.empty is not None and values.dtype == np.float64:
            values[np.isnan(values)] = empty  # people who are new have no row yet
        if kind.merge:
            put(values, kept[both], values[gone[both]].astype(np.float64), kind.merge)
        values[gone[gone >= 0]] = empty
        found[part] = Column(values, _present(kind, values), columns[part].categories)
    return found


def _copies(columns: Mapping[Part, Column], size: int) -> dict[Part, NDArray[Any]]:
    """``size`` values of each, those of a type in one block; empty where a column is shorter.

    A large block comes in large pages; first touches of small pages cost more than the copying.
    """
    parts: dict[np.dtype[Any], list[Part]] = defaultdict(list)
    for part, column in columns.items():
        parts[np.asarray(column.values).dtype].append(part)
    found = {}
    for dtype, some in parts.items():
        for part, values in zip(some, np.empty((len(some), size), dtype), strict=True):
            old = np.asarray(columns[part].values)
            values[: len(old)] = old
            values[len(old) :] = _empty(kind_of(part))
            found[part] = values
    return found


def _present(kind: type[PartKind], values: NDArray[Any]) -> NDArray[np.bool_]:
    if kind.empty is not None:
        return np.broadcast_to(np.True_, values.shape)
    return values >= 0 if kind.is_text else ~np.isnan(values)


def _empty(kind: type[PartKind]) -> float:
    if kind.is_text:
        return -1
    return np.nan if kind.empty is None else kind.empty


def _fresh(step: Step, merging: Sequence[Part], others: Sequence[Part]) -> Changes:
    # The log's tail is in memory: the embedded engine reads it, whoever reads the warehouse.
    run = replace(step.run, source=step.fresh, engine=DEFAULT)
    also = {name for part in others for name in all_events(part)}
    with run.opened() as engine:
        return fetch(run, engine, {part: [_before(part, step)] for part in merging}, also)


def _slide(step: Step, engine: Engine, columns: Mapping[Part, Column]) -> None:
    """Take away what fell out of moved windows, add what came into them, in place.

    Both over all events up to the new position, while fresh ones are added to the *old* window:
    a late event that belongs to neither is added and taken away.
    """
    moved: dict[Part, list[tuple[int, Span]]] = {}
    for part in columns:
        (old, old_end), (new, new_end) = _before(part, step), _after(part, step)
        edges = [(-1, (old, new))] if old != new else []
        edges += [(1, (old_end, new_end))] if old_end != new_end else []
        if edges:
            moved[part] = edges
    if not moved:
        return
    spans = {part: [each for _sign, each in edges] for part, edges in moved.items()}
    changes = fetch(step.run, engine, spans)
    for part, edges in moved.items():
        for sign, each in edges:
            _add(step, columns[part], part, changes, each, sign)


def _add(step: Step, column: Column, part: Part, changes: Changes, within: Span, sign: int) -> None:
    people, values = changes.of(part, within)
    places = step.run.rows.places(people)
    wanted = places >= 0
    put(np.asarray(column.values), places[wanted], sign * values[wanted], kind_of(part).merge)


def _touched(step: Step, engine: Engine, columns: Mapping[Part, Column], changes: Changes) -> Parts:
    """Parts that do not merge, scanned for the people whom fresh events or a merge touched."""
    found = {part.key(): column for part, column in columns.items()}
    people = {part: np.union1d(changes.people(all_events(part)), step.kept) for part in columns}
    touched = [part for part in columns if len(people[part])]
    if not touched:
        return found
    everyone = np.unique(np.concatenate([people[part] for part in touched]))
    everyone = everyone[step.run.rows.places(everyone) >= 0]
    some, rows = replace(step.run, rows=only(everyone)), step.run.rows
    is_many = rows.ordinals is None and len(everyone) > _MANY * rows.size
    past = [part for part in touched if not is_many and step.can_recall(part)]
    rest = [part for part in touched if part not in set(past)]
    if is_many:
        return found | answer(step.run, engine, rest)
    fresh = answer(some, engine, rest)
    if past and step.recall is not None:
        fresh |= step.recall.answer(some, past)
    places = step.run.rows.places(everyone)
    for part in touched:
        found[part.key()] = patched(columns[part], fresh[part.key()], places)
    return found
