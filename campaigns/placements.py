"""A placement asks now: decide for one person, compose, count as exposed because it renders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from campaigns.actions import Message, Refused
from campaigns.deciding import decide_for, keep_rows
from campaigns.engine.types import HOLDOUT
from campaigns.models import Campaign, Decision, Delivery, State
from campaigns.rules import action_of
from marketing.experiments.models import Experiment
from marketing.experiments.services import expose
from marketing.workspace.models import Workspace


@dataclass(frozen=True)
class Slot:
    """``message`` None: show nothing (no campaign, a no, or the holdout). ``token`` says why."""

    placement: str
    token: str | None
    variant: str
    message: Message | None


def fill(placement: str, person_id: int, workspace: Workspace, now: datetime) -> Slot:
    """The first running campaign of the placement answers; the same answer all local day long."""
    campaign = Campaign.objects.filter(
        status=Campaign.Status.RUNNING, occasion=Campaign.Occasion.REQUEST, placement=placement
    ).first()
    if campaign is None:
        return Slot(placement, None, "", None)
    occasion = f"{placement}:{now.astimezone(workspace.zone):%Y-%m-%d}"
    known = Decision.objects.filter(campaign=campaign, person_id=person_id, occasion=occasion)
    if not known.exists():
        decided = decide_for(campaign, workspace, now, [person_id])
        with transaction.atomic():
            keep_rows(campaign, decided, occasion, also_noes=True)
    decision = known.first()
    if decision is None:
        return Slot(placement, None, "", None)
    return _render(decision, now)


def _render(decision: Decision, now: datetime) -> Slot:
    delivery = Delivery.objects.filter(decision=decision).first()
    token = str(decision.token)
    if delivery is None:
        return Slot(decision.campaign.placement, token, "", None)
    with transaction.atomic():
        _expose(delivery, now)
        message = None if delivery.arm == HOLDOUT else _compose(delivery, now)
    return Slot(decision.campaign.placement, token, delivery.variant, message)


def _expose(delivery: Delivery, now: datetime) -> None:
    experiment = Experiment.objects.filter(key=delivery.campaign.key).first()
    if experiment is not None:
        expose(experiment.pk, delivery.person_id, delivery.arm, now)
    state = State.WITHHELD if delivery.arm == HOLDOUT else State.DELIVERED
    Delivery.objects.filter(pk=delivery.pk, state=State.PENDING).update(
        state=state, finished_at=now, receipt={"rendered": "app"}
    )


def _compose(delivery: Delivery, now: datetime) -> Message | None:
    variant = delivery.campaign.variants.get(key=delivery.variant)
    composed = action_of(variant).compose(delivery, now)
    return None if isinstance(composed, Refused) else composed
