"""A scan as Ibis expressions: how rows become one answer per person, by shape.

Every function yields (parts, expression): an expression answers ``person`` and, for each of its
parts in order, a column ``c0``, ``c1`` …
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import ibis

from marketing.conditions.types import Step
from marketing.kernel.local_days import DAY_US
from marketing.kernel.moments import HOUR_US, microseconds
from marketing.kernel.windows import ALL_TIME, Window
from marketing.personas.cleaning import Cleaning
from marketing.personas.engines import Span
from marketing.personas.fields import Fields, passes
from marketing.personas.parts import Expression, Part, Rows, Shape, Texts, kind_of
from marketing.personas.plan import Scan
from marketing.personas.traits import Moment

Question = tuple[tuple[Part, ...], Expression]


@dataclass(frozen=True)
class Asked:
    """A scan over a relation at a moment."""

    scan: Scan
    table: Expression  # the events of the scan, and of some people where only those are asked
    fields: Fields
    moment: Moment
    cleaning: Cleaning
    # What was received has happened: a run that keeps up with the log ends windows that reach to
    # now with what there is. A run as of a moment ends them at the moment.
    is_open: bool = False

    def inside(self, rows: Expression, window: Window) -> Expression:
        since, until = self.span(window)
        answer = rows.at_us.notnull()  # every row: an aggregate needs a column, not a constant
        answer = answer if until is None else answer & (rows.at_us < until)
        return answer if since is None else answer & (rows.at_us >= since)

    def span(self, window: Window) -> Span:
        return span(window, self.moment, is_open=self.is_open)

    def meets(self, rows: Expression, step: Step) -> Expression:
        names = rows.event.isin(list(step.events))
        return names & passes(rows, self.fields, step.where, self.cleaning)

    def counted(self, part: Part, rows: Expression | None = None) -> Expression:
        """The part's own window and filters (its events are the scan's)."""
        rows = self.table if rows is None else rows
        return self.inside(rows, part.window) & passes(rows, self.fields, part.where, self.cleaning)

    def text(self, part: Part, rows: Expression | None = None) -> Expression:
        rows = self.table if rows is None else rows
        return rows[self.fields.text(part.property or "")]


def span(window: Window, moment: Moment, *, is_open: bool) -> Span:
    """[start, end) in microseconds; None is without end."""
    since, until = window.bounds(moment.now, moment.zone)
    endless = is_open and not window.skip_days
    return (
        None if since is None else microseconds(since),
        None if endless else microseconds(until),
    )


def questions(asked: Asked) -> Iterator[Question]:
    """What to ask an engine for one scan."""
    yield from _SHAPES[asked.scan.shape](asked)


def _rows(asked: Asked) -> Iterator[Question]:
    answers = {
        f"c{i}": kind_of(part).aggregate(_row_columns(asked, part))
        for i, part in enumerate(asked.scan.parts)
    }
    yield asked.scan.parts, asked.table.group_by("person").aggregate(**answers)


def _row_columns(asked: Asked, part: Part) -> Rows:
    rows, name, reads = asked.table, part.property or "", kind_of(part).reads
    return Rows(
        at_us=rows.at_us,
        number=rows[asked.fields.number(name)] if reads == "number" else None,
        text=rows[asked.fields.text(name)] if reads == "text" else None,
        inside=asked.counted(part),
    )


def _values(asked: Asked) -> Iterator[Question]:
    """Two steps, for a distinct count inside a shared scan costs many times more.

    The first has each person's different texts; whoever asks about the same texts shares it.
    """
    first = asked.scan.parts[0]
    rows = asked.table.filter(passes(asked.table, asked.fields, first.where, asked.cleaning))
    rows = rows.filter(asked.inside(rows, ALL_TIME) & asked.text(first, rows).notnull())
    if first.window.skip_days:  # then it is alone in its scan
        rows = rows.filter(asked.inside(rows, first.window))
    often = {
        f"often{i}": rows.at_us.count(where=asked.inside(rows, part.window))
        for i, part in enumerate(asked.scan.parts)
        if kind_of(part).counts
    }
    each = rows.group_by(["person", asked.fields.text(first.property or "")]).aggregate(
        newest=rows.at_us.max(), **often
    )
    answers = {
        f"c{i}": kind_of(part).over_texts(_texts(asked, each, i, part))
        for i, part in enumerate(asked.scan.parts)
    }
    yield asked.scan.parts, each.group_by("person").aggregate(**answers)


def _texts(asked: Asked, each: Expression, i: int, part: Part) -> Texts:
    since, _until = asked.span(part.window)
    return Texts(
        text=asked.text(part, each),
        newest=each.newest,
        often=each[f"often{i}"] if kind_of(part).counts else None,
        inside=each.newest.notnull() if since is None else each.newest >= since,
    )


def _days(asked: Asked) -> Iterator[Question]:
    days = _person_days(asked)
    today = asked.moment.offsets.day(microseconds(asked.moment.now))
    for part in asked.scan.parts:
        inside = days
        if part.window.hours is not None:  # hours cut through days
            inside = _person_days(asked, part.window)
        elif part.window.days is not None:
            last = today - part.window.skip_days
            inside = days.filter((days.day > last - part.window.days) & (days.day <= last))
        answer = kind_of(part).over_days(inside, today)
        yield (part,), answer.rename(c0="answer")


def _person_days(asked: Asked, window: Window = ALL_TIME) -> Expression:
    rows = asked.table
    rows = rows.filter(passes(rows, asked.fields, asked.scan.parts[0].where, asked.cleaning))
    rows = rows.filter(asked.inside(rows, window))
    return rows.select("person", day=_local_day(rows.at_us, asked)).distinct()


def _local_day(at_us: Expression, asked: Asked) -> Expression:
    since = asked.scan.since
    found = asked.moment.offsets.since(None if since is None else microseconds(since))
    offset: Expression = ibis.literal(found.offsets_us[0])
    if len(found.offsets_us) > 1:
        branches = [
            (at_us >= start, ibis.literal(offset_us, "int64"))
            for start, offset_us in zip(
                reversed(found.starts_us[1:]), reversed(found.offsets_us[1:]), strict=True
            )
        ]
        offset = ibis.cases(*branches, else_=ibis.literal(found.offsets_us[0], "int64"))
    return ((at_us + offset) / DAY_US).floor().cast("int64")


def _sequence(asked: Asked) -> Iterator[Question]:
    """Each event with the next one strictly later that may follow it."""
    (part,) = asked.scan.parts
    then = part.then
    if then is None:
        raise AssertionError("a sequence has what follows")
    within = then.within_hours * HOUR_US
    rows = asked.table.filter(asked.inside(asked.table, ALL_TIME))
    starts = rows.event.isin(list(part.events)) & asked.counted(part, rows)
    follows = asked.meets(rows, then.step)
    marked = rows.select(
        "person", "at_us", starts=starts, follower=follows.ifelse(rows.at_us, None)
    )
    marked = marked.filter(marked.starts | marked.follower.notnull())
    later = ibis.window(group_by=marked.person, order_by=marked.at_us, range=(1, None))
    paired = marked.mutate(next_us=marked.follower.min().over(later))
    paired = paired.filter(paired.starts)
    followed = (paired.next_us - paired.at_us <= within).fill_null(ibis.literal(False))
    counts = (
        ~followed & (paired.at_us + within <= asked.moment.hour_us) if then.negate else followed
    )
    yield (part,), paired.group_by("person").aggregate(c0=paired.at_us.count(where=counts))


def _steps(asked: Asked) -> Iterator[Question]:
    """The earliest moment of each step after the step before: greedy, which is optimal here."""
    (part,) = asked.scan.parts
    rows = asked.table.filter(asked.inside(asked.table, part.window))
    everyone = ibis.window(group_by=rows.person)
    reached = []
    for i, step in enumerate((Step(events=part.events, where=part.where), *part.steps)):
        meets = asked.meets(rows, step)
        if i:
            meets = meets & (rows.at_us > rows[f"m{i - 1}"]).fill_null(ibis.literal(False))
        moment = meets.ifelse(rows.at_us, None).min().over(everyone)
        rows = rows.mutate(**{f"m{i}": moment})
        reached.append(f"m{i}")
    answer = sum((rows[name].max().notnull().ifelse(1, 0) for name in reached), ibis.literal(0))
    yield (part,), rows.group_by("person").aggregate(c0=answer)


_SHAPES: dict[Shape, Callable[[Asked], Iterator[Question]]] = {
    Shape.ROWS: _rows,
    Shape.VALUES: _values,
    Shape.DAYS: _days,
    Shape.SEQUENCE: _sequence,
    Shape.STEPS: _steps,
}
