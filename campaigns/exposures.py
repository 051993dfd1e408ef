"""Exposing a delivery's person: in the campaign's programmes, then in its own experiment."""

from __future__ import annotations

from datetime import datetime

from campaigns.engine.types import HOLDOUT
from campaigns.models import Delivery
from campaigns.rules import programmes_of
from marketing.experiments.exposing import Seen, expose
from marketing.experiments.models import Experiment
from marketing.people.models import Person


def is_withheld(delivery: Delivery, now: datetime) -> bool:
    """Exposes, in every arm alike, before anything that depends on the arm can refuse.

    The arm that a person saw first stays, so the delivery takes it over: weights may have changed,
    or two people become one, between the decision and the claim. In the caller's transaction.
    """
    if delivery.is_test:
        return False
    merged = list(
        Person.objects.filter(merged_into=delivery.person_id).values_list("pk", flat=True)
    )
    programmes = programmes_of(delivery.campaign)
    keys = [*(each.experiment_key for each in programmes), delivery.campaign.key]
    experiments = {each.key: each for each in Experiment.objects.filter(key__in=keys)}
    held_by = ""
    for programme in programmes:
        experiment = experiments.get(programme.experiment_key)
        if experiment is not None and not held_by:
            wanted = Seen(arm=int(delivery.held_by != programme.key), epoch=experiment.epoch)
            if expose(experiment.pk, delivery.person_id, wanted, now, merged) == HOLDOUT:
                held_by = programme.key
    own, arm = experiments.get(delivery.campaign.key), delivery.arm
    if own is not None and not held_by:
        seen = Seen(arm=arm, epoch=delivery.epoch, propensities=delivery.propensities)
        arm = expose(own.pk, delivery.person_id, seen, now, merged)
    _take_over(delivery, held_by, arm, own)
    return bool(held_by) or arm == HOLDOUT


def _take_over(delivery: Delivery, held_by: str, arm: int, own: Experiment | None) -> None:
    """Only what differs is written."""
    if (delivery.held_by, delivery.arm) == (held_by, arm):
        return
    if own is not None and arm != delivery.arm:
        delivery.variant = own.arms[arm] if arm != HOLDOUT else ""
    delivery.held_by, delivery.arm = held_by, arm
    delivery.save(update_fields=["held_by", "arm", "variant"])
