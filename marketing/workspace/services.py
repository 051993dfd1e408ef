"""What changes in the workspace."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from marketing.kernel.errors import Conflict, MarketingError
from marketing.kernel.places import told
from marketing.workspace.models import Cursor, JobRun, Pointer, Workspace

log = logging.getLogger("zhixin.jobs")
# Job runs older than this are forgotten.
KEPT = timedelta(days=14)


def freeze_clock(workspace: Workspace, at: datetime) -> None:
    """The workspace lives at ``at`` until it is moved; it never moves back."""
    if workspace.frozen_at and at < workspace.frozen_at:
        raise Conflict("The clock does not run backwards", pointer="frozen_at")
    workspace.frozen_at = at
    workspace.save(update_fields=["frozen_at"])


def move_pointer(
    name: str, version: str, as_of: datetime, details: dict[str, object] | None = None
) -> Pointer:
    """Readers see ``version`` from the commit of the caller's transaction on."""
    moved, _ = Pointer.objects.update_or_create(
        name=name, defaults={"version": version, "as_of": as_of, "details": details or {}}
    )
    return moved


def move_cursor(cursor: Cursor, xid: int, position: int, at: datetime) -> None:
    """Compare and move: Conflict if another reader moved it in between."""
    changed = Cursor.objects.filter(
        name=cursor.name, xid=cursor.xid, position=cursor.position
    ).update(xid=xid, position=position, batches=cursor.batches + 1, moved_at=at)
    if not changed:
        raise Conflict(f"Another reader moved the cursor '{cursor.name}'", fix="Run again.")


@contextmanager
def job_run(job: str) -> Iterator[JobRun]:
    """Record a run with its real times; a failure is recorded without its values, then raised."""
    started_at = datetime.now(UTC)
    JobRun.objects.filter(started_at__lt=started_at - KEPT).delete()
    run = JobRun.objects.create(job=job, started_at=started_at)
    try:
        yield run
    except Exception as error:
        # What an operator may read is a MarketingError's own sentence; the rest is in the log.
        known = isinstance(error, MarketingError)
        run.summary = str(error) if known else f"failed: {type(error).__name__}"
        _finish(run, succeeded=False)
        log.error("job %s failed: %s", job, told(error))
        raise
    _finish(run, succeeded=True)


def _finish(run: JobRun, *, succeeded: bool) -> None:
    run.finished_at = datetime.now(UTC)
    run.succeeded = succeeded
    run.save(update_fields=["finished_at", "succeeded", "summary"])
