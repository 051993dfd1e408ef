"""Programmes as experiments of their own: defined at a launch, and as their campaigns go on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from math import isclose

from campaigns.engine import types
from campaigns.models import Programme
from marketing.experiments.models import Experiment
from marketing.experiments.services import Plan, define
from marketing.workspace.models import Workspace
from marketing.workspace.queries import workspace


def define_programme(programme: Programme, workspace: Workspace, now: datetime) -> None:
    """Its experiment, whose treated are whoever is not held out: all its campaigns together."""
    plan = Plan(
        goal=(programme.goal_event, programme.goal_days),
        planned_days=programme.planned_days,
        simulated=workspace.is_demo,
    )
    held = programme.holdout_percent / 100
    key, label = programme.experiment_key, programme.label
    define(key, label, ["holdout", "treated"], [held, 1 - held], plan, now)


def follow(dealt: Sequence[types.Programme], now: datetime) -> None:
    """What people were just held out by has its experiment, in an epoch of that share.

    A programme is edited, and a campaign joins one, while campaigns run: without an experiment
    nobody would be exposed in it, and so nobody held out.
    """
    seeds = [each.seed for each in dealt]
    known = dict(Experiment.objects.filter(key__in=seeds).values_list("key", "weights"))
    changed = [
        each.key for each in dealt
        if each.seed not in known or not isclose(known[each.seed][0], each.holdout, abs_tol=1e-9)
    ]  # fmt: skip
    for programme in Programme.objects.filter(key__in=changed) if changed else ():
        define_programme(programme, workspace(), now)
