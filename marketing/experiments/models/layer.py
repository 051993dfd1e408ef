"""Layers: experiments that must not share people each have a slice of one layer."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.kernel.text import Text
from marketing.workspace.language import language


class Layer(models.Model):
    """``key`` seeds who is where in the layer, so it never changes."""

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("layer")
        verbose_name_plural = _("layers")
        ordering = ["id"]

    def __str__(self) -> str:
        return Text(self.name, self.name_zh or self.name).say(language())
