"""People, and the page that says all that is known about one of them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from marketing.people.models import Person
from marketing.studio.admin.base import PageAdmin
from marketing.studio.pages import persona


@admin.register(Person)
class PersonAdmin(PageAdmin):
    list_display = ["name", "ordinal", "created", "channels"]
    search_fields = ["key__startswith"]
    search_help_text = _("The beginning of an id, with user: or anon: before it")
    ordering = ["id"]
    page_template = "studio/person.html"

    def get_queryset(self, request: HttpRequest) -> Any:
        people = super().get_queryset(request).filter(merged_into=None)
        return people.prefetch_related("consents")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        said = persona.channels_said(changelist.result_list)
        for person in changelist.result_list:
            person.reachable_by = said[person.pk]
        return changelist

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """An id typed without its prefix is a user's."""
        term = search_term.strip()
        if term and ":" not in term:
            term = f"user:{term}"
        return super().get_search_results(request, queryset, term)

    @display(description=_("person"), ordering="key")
    def name(self, person: Person) -> str:
        return person.external_id

    @display(description=_("ordinal"), ordering="id")
    def ordinal(self, person: Person) -> int:
        return person.pk

    @display(description=_("known since"), ordering="created_at")
    def created(self, person: Person) -> Any:
        return person.created_at

    @display(description=_("reachable by"))
    def channels(self, person: Any) -> str:
        return str(person.reachable_by) or "—"

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {**persona.context(obj), "title": gettext("Person %s") % obj.external_id}
