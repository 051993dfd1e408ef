"""The app's name as the studio writes it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PersonasConfig(AppConfig):
    name = "marketing.personas"
    verbose_name = _("Personas")
