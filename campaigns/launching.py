"""Launch, pause, resume, end; and the runs of scheduled campaigns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from campaigns import allocating, deciding
from campaigns.deciding import decide_for, keep_run
from campaigns.models import Campaign, DecisionRun
from campaigns.programmes import define_programme
from campaigns.rules import compile_rule, programmes_of
from marketing.experiments import services as experiments
from marketing.experiments.services import Plan, define
from marketing.experiments.slices import claim_slice
from marketing.kernel.errors import Conflict, Invalid, Unavailable
from marketing.workspace.models import Workspace

Status = Campaign.Status
LEGAL: Mapping[str, frozenset[str]] = {
    Status.DRAFT: frozenset({Status.RUNNING, Status.ENDED}),
    Status.RUNNING: frozenset({Status.PAUSED, Status.ENDED}),
    Status.PAUSED: frozenset({Status.RUNNING, Status.ENDED}),
    Status.ENDED: frozenset(),
}


def launch(campaign: Campaign, workspace: Workspace, now: datetime) -> None:
    """From draft or pause to running; its experiment is defined. Raises Invalid or Conflict."""
    _check(campaign)
    with transaction.atomic():
        _move(campaign, Status.RUNNING)
        is_first = campaign.launched_at is None
        campaign.launched_at = campaign.launched_at or now
        # A launch after a pause goes on: a run that was done is not done again.
        if is_first and campaign.occasion == Campaign.Occasion.SCHEDULE:
            campaign.next_run_at = now
        listen(campaign, now)
        campaign.problem = ""
        campaign.save(update_fields=[
            "launched_at", "next_run_at", "problem", "listens_since", "looked_until",
        ])  # fmt: skip
        _try_out(campaign, workspace, now)
        _experiment(campaign, workspace, now)
        for programme in programmes_of(campaign):
            define_programme(programme, workspace, now)


def _experiment(campaign: Campaign, workspace: Workspace, now: datetime) -> None:
    rule = compile_rule(campaign, workspace)
    plan = Plan(
        goal=(campaign.goal_event, campaign.goal_days),
        planned_days=_planned_days(campaign),
        goal_metric=campaign.goal_metric,
        metrics=list(campaign.metrics.all()),
        method=campaign.method,
        strata=campaign.strata,
        simulated=workspace.is_demo,
    )
    arms = ["holdout", *rule.variants]
    experiment = define(campaign.key, campaign.label, arms, rule.weights, plan, now)
    claim_slice(experiment, campaign.layer, campaign.layer_percent)
    experiment.allocation = allocating.start(campaign, experiment)
    experiment.save(update_fields=["allocation"])


def _planned_days(campaign: Campaign) -> int:
    """Of a single run nobody new comes after it; else two weeks, so that weekdays come twice."""
    if campaign.planned_days is not None:
        return campaign.planned_days
    is_once = campaign.occasion == Campaign.Occasion.SCHEDULE and not campaign.repeat_days
    return 1 if is_once else 14


def listen(campaign: Campaign, now: datetime) -> None:
    """Dates that passed before a launch, in a pause, or before an edit are no occasions. Not saved.

    Only campaigns around a subscription's date look at these moments.
    """
    campaign.listens_since = campaign.looked_until = now


def pause(campaign: Campaign) -> None:
    """Nothing leaves from now on; what waits goes on after a new launch."""
    _move(campaign, Status.PAUSED)


def end(campaign: Campaign, now: datetime) -> None:
    """Nothing leaves any more, and its slice of a layer is free; goals go on to be counted."""
    with transaction.atomic():
        _move(campaign, Status.ENDED)
        experiments.end(campaign.key, now)


def run_due(workspace: Workspace, now: datetime) -> list[DecisionRun]:
    """Every scheduled campaign whose time has come decides once for its occasion."""
    due = Campaign.objects.filter(
        status=Status.RUNNING, occasion=Campaign.Occasion.SCHEDULE, next_run_at__lte=now
    )
    runs = [deciding.or_problem(campaign, lambda c: _run(c, workspace, now)) for campaign in due]
    return [run for run in runs if run is not None]


def _run(campaign: Campaign, workspace: Workspace, now: datetime) -> DecisionRun:
    """Kept and rescheduled in one transaction: a crash repeats the run under the same occasion."""
    occasion = f"schedule:{campaign.next_run_at:%Y-%m-%dT%H:%M}"
    decided = decide_for(campaign, workspace, now)
    with transaction.atomic():
        run = keep_run(campaign, decided, occasion)
        step = timedelta(days=campaign.repeat_days)
        upcoming = campaign.next_run_at
        while step and upcoming is not None and upcoming <= now:
            upcoming += step
        campaign.next_run_at = upcoming if step else None
        campaign.save(update_fields=["next_run_at"])
    return run


def _check(campaign: Campaign) -> None:
    if not campaign.variants.filter(weight__gt=0).exists():
        raise Invalid(
            "The campaign has no variant with a weight above 0",
            code="no_variant",
            fix="Add at least one variant.",
        )


def _try_out(campaign: Campaign, workspace: Workspace, now: datetime) -> None:
    """A rule that cannot be evaluated is refused here, with the nearest valid name."""
    try:
        decide_for(campaign, workspace, now, [])
    except Unavailable:
        return  # no personas yet: nothing to try it on


def _move(campaign: Campaign, status: Campaign.Status) -> None:
    """Conditional: two operators cannot both move it from the same state."""
    sources = [source for source, targets in LEGAL.items() if status in targets]
    moved = Campaign.objects.filter(pk=campaign.pk, status__in=sources).update(status=status)
    if not moved:
        raise Conflict(
            f"A campaign that is {campaign.get_status_display()} cannot become {status.label}"
        )
    campaign.status = status
