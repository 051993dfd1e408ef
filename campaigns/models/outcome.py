"""What people did next, attributed to the delivery before it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.delivery import Delivery


class Outcome(models.Model):
    """A goal event within the campaign's window after a delivery.

    For learning and for a person's story. Effects are never counted from here: experiments count
    goals per exposed person in every arm, the holdout too.
    """

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="outcomes")
    message_id = models.CharField(_("event"), max_length=100)
    happened_at = models.DateTimeField(_("happened"))

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = [
            models.UniqueConstraint(fields=["delivery", "message_id"], name="outcome_once"),
        ]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.message_id}"
