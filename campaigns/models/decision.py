"""Decisions: every yes is a row; a batch's noes are one reason code a person, compressed."""

from __future__ import annotations

import uuid
import zlib

import numpy as np
from django.db import models
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from campaigns.models.campaign import Campaign
from marketing.conditions.groups import Node
from marketing.conditions.parse import parse
from marketing.people.models import Person


class RuleSnapshot(models.Model):
    """A rule as it was when it decided, once a content hash."""

    hash = models.CharField(max_length=16, primary_key=True)
    document = models.JSONField()

    def __str__(self) -> str:
        return self.hash

    @property
    def audience(self) -> Node:
        return parse(self.document["audience"])


class DecisionRun(models.Model):
    """One batch: the rule and the personas' version it used, and a code for every ordinal.

    ``codes`` is zlib-compressed uint8[size]; code i means ``reasons[i]``. With the rule's snapshot
    and the personas' version the run can be replayed.
    """

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="runs", verbose_name=_("campaign")
    )
    occasion = models.CharField(_("occasion"), max_length=80)
    decided_at = models.DateTimeField(_("decided"))
    personas_version = models.CharField(_("personas"), max_length=160)
    rule = models.ForeignKey("campaigns.RuleSnapshot", on_delete=models.PROTECT)
    reasons = models.JSONField(_("reasons"))
    counts = models.JSONField(_("counts"))
    codes_blob = models.BinaryField()

    class Meta:
        verbose_name = _("decision run")
        verbose_name_plural = _("decision runs")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "occasion"], name="run_once_an_occasion"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.occasion}"

    @property
    def codes(self) -> NDArray[np.uint8]:
        return np.frombuffer(zlib.decompress(bytes(self.codes_blob)), dtype=np.uint8)

    def reason_for(self, ordinal: int) -> str | None:
        """None when the person was not looked at (came later)."""
        codes = self.codes
        return self.reasons[codes[ordinal]] if ordinal < len(codes) else None


class Decision(models.Model):
    """A yes (or a withheld yes), or the answer to one request or event, with its inputs."""

    token = models.UUIDField(_("token"), default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="decisions", verbose_name=_("campaign")
    )
    run = models.ForeignKey(DecisionRun, on_delete=models.CASCADE, null=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, verbose_name=_("person"))
    occasion = models.CharField(_("occasion"), max_length=120)
    decided_at = models.DateTimeField(_("decided"))
    outcome = models.CharField(_("outcome"), max_length=40)
    variant = models.CharField(_("variant"), max_length=50, blank=True)
    # What the rule read about this person, by column name.
    inputs = models.JSONField(_("inputs"), default=dict)
    # The rule's snapshot: a campaign edited later does not change why this was decided.
    rule = models.ForeignKey("campaigns.RuleSnapshot", on_delete=models.PROTECT)
    personas_version = models.CharField(max_length=160)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "person", "occasion"], name="decision_once_an_occasion"
            ),
        ]
        indexes = [models.Index(fields=["person", "-id"], name="decisions_of_a_person")]

    def __str__(self) -> str:
        return f"#{self.pk}"
