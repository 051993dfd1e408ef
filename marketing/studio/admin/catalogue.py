"""Contents and concepts."""

from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from marketing.catalog.models import Concept, Content
from marketing.studio.admin.base import StudioAdmin, badge


@admin.register(Content)
class ContentAdmin(StudioAdmin):
    list_display = ["title", "school", "teacher", "shown_price", "published"]
    list_filter = ["published", "language"]
    search_fields = ["title", "external_id", "school"]
    autocomplete_fields = ["concepts"]
    readonly_fields = ["price_assigned"]

    @display(description=_("price"), ordering="price_cents")
    def shown_price(self, content: Content) -> SafeString | str:
        if not content.price_assigned:
            return str(content.price)
        note = gettext("assigned")
        return badge(f"{content.price} · {note}")


@admin.register(Concept)
class ConceptAdmin(StudioAdmin):
    list_display = ["name"]
    search_fields = ["name"]
    autocomplete_fields = ["requires"]
