"""What operators give a name in both languages."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketing.kernel.text import Text
from marketing.workspace.language import language


class Named(models.Model):
    """Without a Chinese name the other one stands in for it."""

    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        """In the language of whoever is looking."""
        return self.label.say(language())

    @property
    def label(self) -> Text:
        return Text(self.name, self.name_zh or self.name)
