"""The Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "marketing.imports"
    label = "imports"
    verbose_name = _("Data")
