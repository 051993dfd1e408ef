"""Scheduled jobs. Each reads the workspace's clock here and passes ``now`` down."""

from __future__ import annotations

from celery import shared_task

from marketing import pipeline
from marketing.events.archive import archive as archive_events
from marketing.workspace.leases import held
from marketing.workspace.queries import now, workspace
from marketing.workspace.services import job_run
from recommender.services import apply_scores as apply_all_scores

_LONG_S = 1_800.0


@shared_task(name="marketing.archive")
def archive() -> None:
    with held("job:archive", seconds=_LONG_S), job_run("archive") as run:
        run.summary = f"{archive_events(now()):,} events"


@shared_task(name="marketing.refresh")
def refresh() -> None:
    with held("job:refresh", seconds=_LONG_S), job_run("refresh"):
        pipeline.refresh(workspace(), now())


@shared_task(name="marketing.apply_scores")
def apply_scores() -> None:
    with held("job:scores", seconds=_LONG_S), job_run("apply_scores") as run:
        scored = apply_all_scores(now())
        run.summary = ", ".join(f"{name} {n:,}" for name, n in scored.items())


@shared_task(name="marketing.launch_due")
def launch_due() -> None:
    with held("job:launch", seconds=_LONG_S), job_run("launch_due") as run:
        run.summary = f"{pipeline.launch_due(workspace(), now())} runs"


@shared_task(name="marketing.measure")
def measure() -> None:
    with held("job:measure", seconds=_LONG_S), job_run("measure"):
        pipeline.measure(now())


@shared_task(name="marketing.retrain")
def retrain() -> None:
    with held("job:retrain", seconds=4 * _LONG_S), job_run("retrain"):
        pipeline.retrain(now())
