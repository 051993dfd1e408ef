"""How the numbers of each event's properties are spread, as they were sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from marketing.events.models import EventProperty
from marketing.kernel.errors import Invalid
from marketing.personas.engines import Engine, Reading, Span
from marketing.personas.fields import Fields
from marketing.personas.parts import Expression
from marketing.personas.quality.limits import SHARES, Quantiles, suggested
from marketing.personas.quality.report import Spread
from marketing.personas.traits import check_name
from marketing.workspace.asked import Progress

# So many properties are read at all, those that come most; and so many by one scan: their
# percentiles are exact, which takes all their numbers at once.
MOST, AT_ONCE = 100, 10
# What people say of themselves is no event that counts.
SAID = "$identify"


class Numeric(NamedTuple):
    """``pairs``: (event, property) in which numbers came. ``names``: the properties to read.

    ``left_out``: how many properties beyond ``MOST``.
    """

    pairs: frozenset[tuple[str, str]]
    names: tuple[str, ...]
    left_out: int


def numeric() -> Numeric:
    """By the event catalogue; without names that no engine can be asked for."""
    rows = EventProperty.objects.filter(number__gt=0).exclude(type__name=SAID)
    found = [pair for pair in rows.order_by("-number").values_list("type__name", "name")
             if is_readable(pair[1])]  # fmt: skip
    names = tuple(dict.fromkeys(name for _event, name in found))
    return Numeric(frozenset(found), names[:MOST], max(len(names) - MOST, 0))


def is_readable(name: str) -> bool:
    try:
        check_name(name)
    except Invalid:
        return False
    return True


def spreads(engine: Engine, about: Numeric, span: Span, say: Progress) -> tuple[Spread, ...]:
    """By event and property."""
    found: list[Spread] = []
    for start in range(0, len(about.names), AT_ONCE):
        some = about.names[start : start + AT_ONCE]
        found += (each for each in _scanned(engine, some, span)
                  if (each.event, each.property) in about.pairs)  # fmt: skip
        say((start + len(some)) / len(about.names))
    return tuple(sorted(found, key=lambda each: (each.event, each.property)))


def within(rows: Expression, span: Span) -> Expression:
    """Events that count, of the span."""
    since, until = span
    rows = rows.filter(rows.event != SAID)
    rows = rows if since is None else rows.filter(rows.at_us >= since)
    return rows if until is None else rows.filter(rows.at_us < until)


def _scanned(engine: Engine, names: Sequence[str], span: Span) -> Iterator[Spread]:
    fields = Fields(tuple(names), ())
    rows = within(fields.table(), span)
    answers: dict[str, Expression] = {"events": rows.count()}
    for name in names:
        column, key = rows[fields.number(name)], fields.number(name)
        answers |= {
            f"{key}_values": column.count(), f"{key}_lowest": column.min(),
            f"{key}_highest": column.max(), f"{key}_at": column.quantile(list(SHARES)),
        }  # fmt: skip
    question = rows.group_by("event").aggregate(**answers)
    for row in engine.ask(question, Reading(fields, (span,), follow=False)).to_pylist():
        yield from _of_event(row, {name: fields.number(name) for name in names}.items())


def _of_event(row: Mapping[str, Any], keys: Iterable[tuple[str, str]]) -> Iterator[Spread]:
    for name, key in keys:
        if not row[f"{key}_values"]:
            continue
        p1, q1, median, q3, p99 = row[f"{key}_at"]  # as SHARES has them
        found = Quantiles(
            values=row[f"{key}_values"], lowest=row[f"{key}_lowest"], p1=p1, q1=q1, median=median,
            q3=q3, p99=p99, highest=row[f"{key}_highest"],
        )  # fmt: skip
        low, high = suggested(name, found)
        yield Spread(
            event=row["event"], property=name, values=found.values,
            missing=row["events"] - found.values, lowest=found.lowest, p1=found.p1,
            median=found.median, p99=found.p99, highest=found.highest,
            suggested_lowest=low, suggested_highest=high,
        )  # fmt: skip
