"""Testers: people who get a chosen variant, whatever the split says, and count in no result."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign, Variant
from marketing.people.models import Person


class Tester(models.Model):
    """Audience, layer and holdouts do not ask about a tester; consent and caps do."""

    __test__ = False  # no class of tests

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="testers")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, verbose_name=_("person"))
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, verbose_name=_("variant"))

    class Meta:
        verbose_name = _("tester")
        verbose_name_plural = _("testers")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "person"], name="tester_once"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.person_id}"
