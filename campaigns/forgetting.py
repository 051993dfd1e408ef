"""What campaigns know of a person, forgotten."""

from __future__ import annotations

from collections.abc import Sequence

from campaigns.models import Decision, Delivery, InboxCard, State, Tester
from marketing.experiments import exposing


def forget(ordinals: Sequence[int]) -> dict[str, int]:
    """Cards go, inputs and receipts are emptied, what waits is cancelled; counts by kind.

    The rows of decisions and deliveries stay without what they said: arms were counted by them.
    """
    cards = InboxCard.objects.filter(person_id__in=ordinals).delete()[0]
    decisions = Decision.objects.filter(person_id__in=ordinals).update(inputs={})
    Tester.objects.filter(person_id__in=ordinals).delete()
    exposing.forget(ordinals)
    mine = Delivery.objects.filter(person_id__in=ordinals)
    mine.filter(state=State.PENDING).update(state=State.CANCELLED, reason="erased")
    return {
        "cards": cards,
        "decisions": decisions,
        "deliveries": mine.update(receipt={}, propensities=None),
    }
