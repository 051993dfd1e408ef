"""What the platform sells and teaches."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.kernel.money import Money


class Concept(models.Model):
    """A node of the knowledge graph."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    requires = models.ManyToManyField(
        "self", symmetrical=False, related_name="leads_to", blank=True, verbose_name=_("requires")
    )

    class Meta:
        verbose_name = _("concept")
        verbose_name_plural = _("concepts")

    def __str__(self) -> str:
        return self.name


class Content(models.Model):
    """A course, column or membership. ``external_id`` is what events call ``content``."""

    external_id = models.CharField(_("id"), max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=200)
    school = models.CharField(_("school"), max_length=120, blank=True)
    teacher = models.CharField(_("teacher"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    price_cents = models.PositiveIntegerField(_("price, cents"), default=0)
    price_assigned = models.BooleanField(
        _("price assigned"),
        default=False,
        help_text=_("The source names no price: this one follows the demo's documented rule."),
    )
    currency = models.CharField(_("currency"), max_length=3, default="CNY")
    lessons = models.PositiveIntegerField(
        _("lessons"), default=0, help_text=_("How many lessons it has; 0: unknown.")
    )
    published = models.BooleanField(_("published"), default=True)
    concepts = models.ManyToManyField(Concept, blank=True, verbose_name=_("concepts"))

    class Meta:
        verbose_name = _("content")
        verbose_name_plural = _("contents")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    @property
    def price(self) -> Money:
        return Money(self.price_cents, self.currency)
