"""Traits that operators define: a form, no code."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from marketing.personas.models import Trait, TraitFilter
from marketing.personas.traits import TRAITS
from marketing.studio.admin.base import StudioAdmin
from marketing.studio.shell import said
from marketing.workspace.language import language


class FilterInline(TabularInline):
    model = TraitFilter
    extra = 0
    tab = False


@admin.register(Trait)
class TraitAdmin(StudioAdmin):
    list_display = ["title", "how", "counted", "window", "active"]
    search_fields = ["key", "name", "name_zh"]
    inlines = [FilterInline]
    fieldsets = [
        (None, {"fields": ["name", "name_zh", "key", "active"]}),
        (_("What is computed"), {"fields": ["function", "events", "property", "missing"]}),
        (_("Window"), {"fields": ["window_days", "skip_days", "window_hours"]}),
        (
            _("Sequence, funnel, ratio"),
            {
                "fields": [
                    "then_events", "then_within_hours", "then_not", "further_steps",
                    "against_events", "against_property",
                ],
            },
        ),
    ]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Trait | None = None) -> list[str]:
        """Conditions refer to the key: it never changes."""
        return ["key"] if obj else []

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Trait | None = None
    ) -> dict[str, Any]:
        return {} if obj else {"key": ["name"]}

    @display(description=_("trait"), ordering="name")
    def title(self, trait: Trait) -> str:
        return said(trait.label)

    @display(description=_("function"), ordering="function")
    def how(self, trait: Trait) -> str:
        return TRAITS.get(trait.function).phrase.say(language())

    @display(description=_("events"))
    def counted(self, trait: Trait) -> str:
        return ", ".join(trait.events.split("\n"))

    @display(description=_("window"))
    def window(self, trait: Trait) -> str:
        return trait.spec().window.key()
