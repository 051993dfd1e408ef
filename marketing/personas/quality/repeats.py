"""Events that are likely to have been sent twice under different ids."""

from __future__ import annotations

import ibis

from marketing.events.scans import Source
from marketing.kernel.moments import moment
from marketing.personas.engines import Span
from marketing.personas.quality.report import Repeats
from marketing.personas.quality.spreads import within

# A tap that is sent twice, or a client that tries again, does so within a second.
APART_US = 1_000_000


def repeats(source: Source, span: Span) -> tuple[Repeats, ...]:
    """Of events that have any, the most first.

    A repeat has another before it (or at the same moment) of the same person and name, with the
    same properties as they were written, at most a second apart. Each id is in the log once, so two
    rows are two ids. Properties are compared by a hash of 64 bits; merged people are one.
    """
    since, _until = span
    rows = within(source.rows(None if since is None else moment(since)), span)
    rows = rows.select("person", "event", "at_us", same=rows.properties.hash())
    alike = ibis.window(group_by=["person", "event", "same"], order_by="at_us")
    rows = rows.mutate(after_us=rows.at_us - rows.at_us.lag().over(alike))
    counted = rows.group_by("event").aggregate(
        events=rows.count(), repeats=rows.event.count(where=rows.after_us <= APART_US)
    )
    counted = counted.filter(counted.repeats > 0)
    found = [Repeats(**row) for row in counted.to_pyarrow().to_pylist()]
    return tuple(sorted(found, key=lambda each: (-each.repeats, each.event)))
