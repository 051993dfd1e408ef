"""Layers: experiments that must not share people each have a slice of one layer."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.workspace.named import Named


class Layer(Named):
    """``key`` seeds who is where in the layer, so it never changes."""

    key = models.SlugField(_("key"), unique=True)

    class Meta:
        verbose_name = _("layer")
        verbose_name_plural = _("layers")
        ordering = ["id"]
