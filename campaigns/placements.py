"""A placement asks now: decide for one person, compose, count as exposed because it renders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from campaigns.actions import Message, Refused
from campaigns.deciding import decide_for, keep_rows
from campaigns.delivering import BUDGET, compose_within_budget
from campaigns.engine.types import PROGRAMME_HOLDOUT
from campaigns.exposures import is_withheld
from campaigns.models import Campaign, Decision, Delivery, State
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
    # A guard put it off, or it was refused before: the ledger's word stands.
    if delivery.due_at > now or delivery.state in (State.HELD, State.REFUSED):
        return Slot(decision.campaign.placement, token, "", None)
    with transaction.atomic():
        if is_withheld(delivery, now):
            reason = PROGRAMME_HOLDOUT if delivery.held_by else ""
            _finish(delivery, State.WITHHELD, now, reason)
            return Slot(decision.campaign.placement, token, "", None)
        composed = compose_within_budget(delivery, now)
        if isinstance(composed, Refused):
            state = State.HELD if composed.code == BUDGET else State.REFUSED
            _finish(delivery, state, now, composed.code)
            return Slot(decision.campaign.placement, token, delivery.variant, None)
        _finish(delivery, State.DELIVERED, now)
    return Slot(decision.campaign.placement, token, delivery.variant, composed)


def _finish(delivery: Delivery, state: State, now: datetime, reason: str = "") -> None:
    """The first rendering is the delivery; later ones on the same day change nothing."""
    has_left = state == State.DELIVERED
    Delivery.objects.filter(pk=delivery.pk, state=State.PENDING).update(
        state=state, reason=reason, finished_at=now, left_at=now if has_left else None,
        receipt={"rendered": "app"} if has_left else {},
    )  # fmt: skip
