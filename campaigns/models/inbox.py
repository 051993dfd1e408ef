"""Cards that the app fetches for a person."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.models.delivery import Delivery
from marketing.people.models import Person


class InboxCard(models.Model):
    """One card a delivery; the unique delivery is what makes sending twice once."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, verbose_name=_("person"))
    delivery = models.OneToOneField(Delivery, on_delete=models.CASCADE)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("body"), blank=True)
    content = models.CharField(_("content"), max_length=120, blank=True)
    coupon_code = models.CharField(_("coupon"), max_length=24, blank=True)
    created_at = models.DateTimeField(_("created"))
    read_at = models.DateTimeField(_("read"), null=True)

    class Meta:
        verbose_name = _("inbox card")
        verbose_name_plural = _("inbox cards")
        ordering = ["-id"]
        indexes = [models.Index(fields=["person", "-id"], name="inbox_of_a_person")]

    def __str__(self) -> str:
        return self.title
