"""Ads."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import URLField
from django.http import HttpRequest

from campaigns.models import Ad
from marketing.studio.admin.base import StudioAdmin


@admin.register(Ad)
class AdAdmin(StudioAdmin):
    list_display = ["title", "key", "active"]
    search_fields = ["title", "key"]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A link without a scheme is meant to be https."""
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        return super().formfield_for_dbfield(db_field, request, **kwargs)
