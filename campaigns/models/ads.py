"""Creatives that a placement may show."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Ad(models.Model):
    key = models.SlugField(_("key"), unique=True)
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("body"), blank=True)
    url = models.URLField(_("link"), blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("ad")
        verbose_name_plural = _("ads")

    def __str__(self) -> str:
        return self.title
