"""Scans of the data's quality as pages show them: how far one is, what it found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from marketing.personas.models import CleaningRule, QualityScan
from marketing.personas.quality import asking
from marketing.personas.quality.report import DAYS, Report, Spread, Touched, rule_of
from marketing.studio.event_names import event_name

State = QualityScan.State
# Longer than this without a start, and no worker seems to be there.
_UNATTENDED = timedelta(seconds=20)


class Limits(NamedTuple):
    """One line of an event's numbers. ``rule``: in force for the property. ``proposed``: address of
    a new rule's form with the suggested limits; empty where none are suggested.
    """

    spread: Spread
    rule: CleaningRule | None
    proposed: str


def context() -> dict[str, Any]:
    """The newest scan of everything, and the one that waits."""
    last, newest = asking.last(), asking.newest()
    report = asking.report_of(newest)
    is_waiting = last is not None and last.state == State.WAITING
    return {
        "scanned": newest,
        "report": report,
        "repeats": [(event_name(each.event), each) for each in report.repeats],
        "touched": touched_by(CleaningRule.objects.filter(active=True), report),
        "waiting": waiting(last) if last and is_waiting else None,
        "is_failed": last is not None and last.state in (State.FAILED, State.REFUSED),
        "poll": reverse("admin:events_eventtype_scan_state"),
    }


def touched_by(
    rules: Iterable[CleaningRule], report: Report
) -> list[tuple[CleaningRule, Touched | None]]:
    """None: the rule was not there when it was counted, or has been changed since."""
    known = {each.rule: each for each in report.rules}
    return [(rule, known.get(rule_of(rule))) for rule in rules]


def numbers(event: str) -> dict[str, Any]:
    """An event's numbers by the newest scan."""
    newest = asking.newest()
    rules = {rule.property: rule for rule in CleaningRule.objects.filter(active=True)}
    lines = [
        Limits(each, rules.get(each.property), _proposed(each))
        for each in asking.report_of(newest).spreads
        if each.event == event
    ]
    return {"scanned": newest, "numbers": lines, "scan_days": DAYS}


def _proposed(spread: Spread) -> str:
    limits = {"lowest": spread.suggested_lowest, "highest": spread.suggested_highest}
    given = {name: f"{value:.15g}" for name, value in limits.items() if value is not None}
    if not given:
        return ""
    query = urlencode({"property": spread.property, **given})
    return f"{reverse('admin:personas_cleaningrule_add')}?{query}"


def waiting(row: QualityScan) -> dict[str, Any]:
    is_idle = row.progress == 0 and row.tries == 0
    return {
        "row": row,
        "percent_done": round(100 * row.progress),
        "is_unattended": is_idle and datetime.now(UTC) - row.asked_at > _UNATTENDED,
    }


def counted(row: QualityScan) -> dict[str, Any]:
    """A rule that is not stored: what it would touch, or that this is being counted."""
    rules = asking.report_of(row).rules
    return {
        "days": DAYS,
        "count": rules[0] if rules else None,
        "waiting": waiting(row) if row.state == State.WAITING else None,
        "is_failed": row.state in (State.FAILED, State.REFUSED),
        "poll": reverse("admin:personas_cleaningrule_counted", args=[row.pk]),
    }
