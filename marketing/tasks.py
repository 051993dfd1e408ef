"""Scheduled jobs. Each reads the workspace's clock here and passes ``now`` down.

One at a time over all workers: a job that finds itself running elsewhere has nothing to do.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from celery import shared_task

from marketing import pipeline
from marketing.events.archive import archive as archive_events
from marketing.events.learning import learn
from marketing.kernel.errors import Unavailable
from marketing.workspace.leases import held
from marketing.workspace.queries import now, workspace
from marketing.workspace.services import job_run
from recommender.services import apply_scores as apply_all_scores

log = logging.getLogger("zhixin.jobs")


def _once(job: str, work: Callable[[], str | None]) -> None:
    """Under the job's lease, recorded; ``work`` returns a summary for the operators."""
    try:
        with held(f"job:{job}"), job_run(job) as run:
            run.summary = work() or ""
    except Unavailable as error:
        if error.code != "busy":
            raise
        log.info("job %s runs elsewhere", job)


@shared_task(name="marketing.archive")
def archive() -> None:
    def work() -> str:
        archived = archive_events(now())
        return f"{archived:,} events, {learn(workspace(), now()):,} learned"

    _once("archive", work)


@shared_task(name="marketing.refresh")
def refresh() -> None:
    _once("refresh", lambda: pipeline.refresh(workspace(), now()))


@shared_task(name="marketing.rebuild")
def rebuild() -> None:
    def work() -> str:
        found = pipeline.rebuild(workspace(), now())
        pipeline.ask_nightly(datetime.now(UTC))
        told = ", ".join(f"{name} {count:,}" for name, count in sorted(found.items()))
        return f"healed: {told}" if told else "no difference"

    _once("rebuild", work)


@shared_task(name="marketing.apply_scores")
def apply_scores() -> None:
    def work() -> str:
        return ", ".join(f"{name} {n:,}" for name, n in apply_all_scores(now()).items())

    _once("apply_scores", work)


@shared_task(name="marketing.launch_due")
def launch_due() -> None:
    _once("launch_due", lambda: f"{pipeline.launch_due(workspace(), now())} runs")


@shared_task(name="marketing.measure")
def measure() -> None:
    _once("measure", lambda: pipeline.measure(workspace(), now()))


@shared_task(name="marketing.retrain")
def retrain() -> None:
    _once("retrain", lambda: pipeline.retrain(now()))
