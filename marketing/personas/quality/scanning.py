"""The scan itself: a worker's work, stored in the row that asked for it."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from marketing.events.scans import Source, open_source
from marketing.kernel.moments import microseconds
from marketing.kernel.windows import Window
from marketing.people.queries import all_erased
from marketing.personas.cleaning_rule import CleaningRule
from marketing.personas.engine import DEFAULT
from marketing.personas.engines import ENGINES, Span
from marketing.personas.quality.repeats import repeats
from marketing.personas.quality.report import DAYS, Report, Rule, rule_of
from marketing.personas.quality.spreads import numeric, spreads
from marketing.personas.quality.touching import touched
from marketing.personas.quality_scan import QualityScan
from marketing.personas.traits import Moment
from marketing.workspace.asked import Progress

# What has been done of the whole when the percentiles are there.
_SPREADS = 0.7


def scan(row: QualityScan, moment: Moment, say: Progress) -> None:
    """Scan what the row asks for; begun again if a person was erased meanwhile."""
    source, erased = open_source(), len(all_erased())
    if row.rule is None:
        report = scanned(source, moment, _in_force(), say)
    else:
        report = counted(source, moment, [msgspec.convert(row.rule, Rule)])
    if len(all_erased()) != erased:
        scan(row, moment, say)
        return
    row.report, row.as_of = msgspec.to_builtins(report), moment.now
    row.save(update_fields=["report", "as_of"])


def scanned(source: Source, moment: Moment, rules: Sequence[Rule], say: Progress) -> Report:
    """Everything, over the last 30 days."""
    span, about = last_days(moment), numeric()
    engine = ENGINES.get(DEFAULT)(source)
    try:
        found = spreads(engine, about, span, lambda share: say(_SPREADS * share))
        by_rule = touched(engine, rules, span)
    finally:
        engine.close()
    say(_SPREADS + 0.1)
    return Report(spreads=found, repeats=repeats(source, span), rules=by_rule,
                  left_out=about.left_out)  # fmt: skip


def counted(source: Source, moment: Moment, rules: Sequence[Rule]) -> Report:
    """What these rules touch, and nothing else."""
    engine = ENGINES.get(DEFAULT)(source)
    try:
        return Report(rules=touched(engine, rules, last_days(moment)))
    finally:
        engine.close()


def _in_force() -> list[Rule]:
    return [rule_of(each) for each in CleaningRule.objects.filter(active=True)]


def last_days(moment: Moment) -> Span:
    since, until = Window(days=DAYS).bounds(moment.now, moment.zone)
    return (None if since is None else microseconds(since), microseconds(until))
