"""How many values a rule of cleaning touches, told from what the scans make of them."""

from __future__ import annotations

from collections.abc import Sequence

from marketing.personas.cleaning import Bound
from marketing.personas.engines import Engine, Reading, Span
from marketing.personas.fields import Fields
from marketing.personas.parts import Expression
from marketing.personas.quality.report import Rule, Touched
from marketing.personas.quality.spreads import is_readable, within


def touched(engine: Engine, rules: Sequence[Rule], span: Span) -> tuple[Touched, ...]:
    """Of rules about different properties, in their order; over every event.

    Each number is read twice: by the engine's own expression under the rules, as traits read it,
    and as it was sent. What differs was touched.
    """
    readable = [each for each in rules if is_readable(each.property)]
    if not readable:
        return ()
    names = tuple(each.property for each in readable)
    fields = Fields(names, (), also_sent=names)
    bounds = {each.property: Bound(each.lowest, each.highest, each.drops) for each in readable}
    rows = within(fields.table(), span)
    answers: dict[str, Expression] = {}
    for name in names:
        sent, clean, key = rows[fields.sent(name)], rows[fields.number(name)], fields.number(name)
        answers |= {
            f"{key}_values": sent.count(), f"{key}_below": sent.count(where=clean > sent),
            f"{key}_above": sent.count(where=clean < sent),
            f"{key}_dropped": sent.count(where=clean.isnull()),
        }  # fmt: skip
    reading = Reading(fields, (span,), follow=False, bounds=bounds)
    (row,) = engine.ask(rows.aggregate(**answers), reading).to_pylist()
    return tuple(
        Touched(rule=rule, **{of: row[f"{fields.number(rule.property)}_{of}"]
                              for of in ("values", "below", "above", "dropped")})
        for rule in readable
    )  # fmt: skip
