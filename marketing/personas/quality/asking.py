"""A scan is a row; ``manage.py answer`` does it. Every night asks for one."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from django.db.models import QuerySet

from marketing.personas.quality.report import Report, Rule
from marketing.personas.quality_scan import QualityScan
from marketing.personas.traits import Moment
from marketing.workspace.asked import Progress, lease_of, work_off
from marketing.workspace.models import Lease, Workspace

KEPT, PREVIEWS_KEPT = timedelta(days=30), timedelta(days=1)
State = QualityScan.State


def ask(at: datetime, by: str = "") -> QualityScan:
    """A scan of everything; one that waits already is enough. ``at``: the real moment."""
    return _whole().filter(state=State.WAITING).first() or QualityScan.objects.create(
        asked_at=at, asked_by=by
    )


def preview(rule: Rule, at: datetime, by: str = "") -> QualityScan:
    """What a rule that is not stored would touch."""
    return QualityScan.objects.create(rule=msgspec.to_builtins(rule), asked_at=at, asked_by=by)


def last() -> QualityScan | None:
    """The newest scan of everything, whatever became of it; None: nobody asked yet."""
    return _whole().first()


def newest() -> QualityScan | None:
    """The newest that is done; None before the first."""
    return _whole().filter(state=State.DONE).first()


def report_of(row: QualityScan | None) -> Report:
    """An empty one where there is none yet."""
    return msgspec.convert(row.report, Report) if row and row.report else Report()


def scan_next(workspace: Workspace, now: datetime, at: datetime) -> int:
    """Do what waits longest; how many: 0 or 1. ``at``: the real moment, of leases."""

    def work(row: QualityScan, say: Progress) -> None:
        from marketing.personas.quality.scanning import scan  # Delta loads here: in workers only

        scan(row, Moment(now, workspace.zone), say)

    return work_off(QualityScan, work, at)


def forget(at: datetime) -> None:
    """Of a person who is erased a lowest or highest value may remain: all is scanned anew."""
    done = QualityScan.objects.exclude(state=State.WAITING)
    had_any = done.filter(rule__isnull=True).exists()
    _delete(done)
    if had_any:
        ask(at)


def prune(at: datetime) -> int:
    """Forget what is old, but never the newest scan; how many."""
    kept = newest()
    old = QualityScan.objects.exclude(state=State.WAITING)
    old = old.exclude(pk=kept.pk) if kept else old
    return _delete(old.filter(asked_at__lt=at - KEPT)) + _delete(
        old.filter(asked_at__lt=at - PREVIEWS_KEPT).exclude(rule__isnull=True)
    )


def _whole() -> QuerySet[QualityScan]:
    return QualityScan.objects.filter(rule__isnull=True)


def _delete(rows: QuerySet[QualityScan]) -> int:
    pks = list(rows.values_list("pk", flat=True))
    Lease.objects.filter(name__in=[lease_of("qualityscan", pk) for pk in pks]).delete()
    return QualityScan.objects.filter(pk__in=pks).delete()[0]
