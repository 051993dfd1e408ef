"""Coupons: issued to one person in the claim transaction, redeemed once."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign
from campaigns.models.delivery import Delivery
from marketing.kernel.money import Money
from marketing.people.models import Person


class Coupon(models.Model):
    """``value_cents`` off one order, until ``expires_at``."""

    code = models.CharField(_("code"), max_length=24, unique=True)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="coupons", verbose_name=_("campaign")
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, verbose_name=_("person"))
    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE, related_name="coupon")
    value_cents = models.PositiveIntegerField(_("value, cents"))
    currency = models.CharField(_("currency"), max_length=3)
    issued_at = models.DateTimeField(_("issued"))
    expires_at = models.DateTimeField(_("expires"))
    redeemed_at = models.DateTimeField(_("redeemed"), null=True)
    order_reference = models.CharField(_("order"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.code

    @property
    def value(self) -> Money:
        return Money(self.value_cents, self.currency)
