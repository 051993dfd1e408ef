"""Django's admin finds the screens here, one file a subject."""

from django.contrib import admin

from marketing.studio.admin import (
    campaigns,
    catalogue,
    cleaning_rules,
    discoveries,
    experiments,
    imports,
    insights,
    labels,
    ledger,
    models,
    people,
    quality,
    segments,
    subscriptions,
    system,
    traits,
)

admin.site.index_template = "studio/home.html"

__all__ = [
    "campaigns",
    "catalogue",
    "cleaning_rules",
    "discoveries",
    "experiments",
    "imports",
    "insights",
    "labels",
    "ledger",
    "models",
    "people",
    "quality",
    "segments",
    "subscriptions",
    "system",
    "traits",
]
