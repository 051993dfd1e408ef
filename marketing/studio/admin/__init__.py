"""Django's admin finds the screens here, one file a subject."""

from django.contrib import admin

from marketing.studio.admin import (
    ads,
    campaigns,
    catalogue,
    cleaning_rules,
    discoveries,
    experiments,
    imports,
    insights,
    labels,
    ledger,
    metrics,
    models,
    people,
    programmes,
    quality,
    segments,
    subscriptions,
    system,
    traits,
)

admin.site.index_template = "studio/home.html"

__all__ = [
    "ads",
    "campaigns",
    "catalogue",
    "cleaning_rules",
    "discoveries",
    "experiments",
    "imports",
    "insights",
    "labels",
    "ledger",
    "metrics",
    "models",
    "people",
    "programmes",
    "quality",
    "segments",
    "subscriptions",
    "system",
    "traits",
]
