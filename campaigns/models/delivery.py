"""The delivery ledger: outbox and at-most-once guarantee in one row."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign
from campaigns.models.decision import Decision
from marketing.people.models import Person


class State(models.TextChoices):
    """pending → claimed → (delivered | withheld | held | refused | unknown | pending again)."""

    PENDING = "pending", _("Waiting")
    CLAIMED = "claimed", _("Being delivered")
    DELIVERED = "delivered", _("Delivered")
    WITHHELD = "withheld", _("Withheld (holdout)")
    HELD = "held", _("Held back by a guard")
    REFUSED = "refused", _("Refused by the channel")
    UNKNOWN = "unknown", _("Outcome unknown")
    CANCELLED = "cancelled", _("Cancelled")


# The one table of legal transitions; services check it, a test walks it.
LEGAL: dict[State, frozenset[State]] = {
    State.PENDING: frozenset({State.CLAIMED, State.CANCELLED}),
    State.CLAIMED: frozenset(
        {State.PENDING, State.DELIVERED, State.WITHHELD, State.HELD, State.REFUSED, State.UNKNOWN}
    ),
    State.DELIVERED: frozenset(),
    State.WITHHELD: frozenset(),
    State.HELD: frozenset(),
    State.REFUSED: frozenset(),
    State.UNKNOWN: frozenset(),
    State.CANCELLED: frozenset(),
}


class Delivery(models.Model):
    """What a yes promised, and what became of it. ``arm`` 0 is the holdout."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("campaign")
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, verbose_name=_("person"))
    occasion = models.CharField(_("occasion"), max_length=120)
    step = models.PositiveSmallIntegerField(_("step"), default=0)
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="deliveries")
    arm = models.PositiveSmallIntegerField(_("arm"))
    variant = models.CharField(_("variant"), max_length=50, blank=True)
    # In which epoch of the experiment the arm was drawn, and by which chances (see Exposure).
    epoch = models.PositiveIntegerField(_("epoch"), default=0)
    propensities = models.JSONField(null=True)
    # The programme whose holdout the person is in; empty: none. It is withheld at the claim.
    held_by = models.CharField(_("held out by"), max_length=50, blank=True)
    # A tester's: counts in no experiment.
    is_test = models.BooleanField(_("test"), default=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PENDING
    )
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    due_at = models.DateTimeField(_("due"))
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    finished_at = models.DateTimeField(_("finished"), null=True)
    counts_as_message = models.BooleanField(default=True)
    # When the message was handed to its channel: from here on it may have arrived.
    left_at = models.DateTimeField(_("left"), null=True)
    # What it took from the campaign's budget, once; null until then.
    cost_cents = models.PositiveIntegerField(_("cost, cents"), null=True)
    receipt = models.JSONField(_("receipt"), default=dict)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "person", "occasion", "step"], name="delivery_at_most_once"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="deliveries_due"),
            models.Index(fields=["person", "left_at"], name="deliveries_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
