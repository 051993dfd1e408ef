"""People, and the page that says all that is known about one of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from marketing.people.erasing import ask_for
from marketing.people.models import Erasure, Person
from marketing.people.queries import user_id
from marketing.studio.admin.base import ReadOnlyAdmin, Titled, badge
from marketing.studio.admin.labelling import LabelViews
from marketing.studio.pages import persona, subscription

ERASE = "people.erase_person"
_TONES = {"done": "good", "waiting": "info", "refused": "warn", "failed": "bad"}

_KINDS = {
    "warehouse": _("events in the warehouse"),
    "log": _("events in the log"),
    "quarantine": _("rejected events"),
    "cards": _("inbox cards"),
    "decisions": _("decisions' inputs"),
    "deliveries": _("deliveries' receipts"),
    "identities": _("identities"),
    "consents": _("consents"),
    "subscriptions": _("subscriptions"),
    "labels": _("labels"),
}


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """Who asked that whom be forgotten, by ordinal: there is no name any more."""

    list_display = ["ordinal", "state_badge", "asked_at", "asked_by", "done_at", "went"]
    list_filter = ["state"]
    fields = ["ordinal", "state_badge", "asked_at", "asked_by", "done_at", "went"]
    readonly_fields = fields

    @display(description=_("ordinal"), ordering="person")
    def ordinal(self, row: Erasure) -> int:
        return row.person_id

    @display(description=_("state"), ordering="state")
    def state_badge(self, row: Erasure) -> SafeString:
        said = str(row.get_state_display())
        if row.state == Erasure.State.WAITING and row.progress:
            said = f"{said} {row.progress:.0%}"
        return badge(said, _TONES.get(row.state, "muted"))

    @display(description=_("what went"))
    def went(self, row: Erasure) -> str:
        went = [f"{_KINDS.get(kind, kind)} {n:,}" for kind, n in row.counts.items() if n]
        return " · ".join(went) or "—"


@admin.register(Person)
class PersonAdmin(LabelViews):
    list_display = ["name", "ordinal", "created", "channels"]
    search_fields = ["key__startswith"]
    search_help_text = _("The beginning of an id, with user: or anon: before it")
    ordering = ["id"]
    page_template = "studio/person.html"
    actions = ["give_label"]

    def get_queryset(self, request: HttpRequest) -> Any:
        people = super().get_queryset(request).filter(merged_into=None, erased_at=None)
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

    def get_urls(self) -> list[URLPattern]:
        erasing = self.admin_site.admin_view(self.erase_view)
        return [path("<int:pk>/erase/", erasing, name="people_person_erase"), *super().get_urls()]

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What goes, and that it is for good; a POST asks for it."""
        if not request.user.has_perm(ERASE):
            raise PermissionDenied
        person = Person.objects.filter(pk=pk, merged_into=None, erased_at=None).first()
        if person is None:
            raise Http404
        if request.method == "POST":
            return self._ask(request, person)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "person": person,
                   "title": gettext("Erase %s") % person.external_id,
                   "object": Titled(person, person.external_id)}  # fmt: skip
        return TemplateResponse(request, "studio/erase.html", context)

    def _ask(self, request: HttpRequest, person: Person) -> HttpResponse:
        """The audit log is told of the erasure, which has no name."""
        name = request.user.get_username()
        row = ask_for(person, user_id(person.pk), datetime.now(UTC), name)
        self.log_addition(request, row, "asked")
        messages.success(request, gettext("Asked. A worker erases this person within minutes."))
        return HttpResponseRedirect(reverse("admin:people_erasure_changelist"))

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        may_erase = request.user.has_perm(ERASE) and obj.erased_at is None
        waits = obj.erasures.filter(state=Erasure.State.WAITING).exists()
        return {
            **persona.context(obj),
            **subscription.context(obj),
            **self.labels(request, obj),
            "may_erase": may_erase,
            "erasure_waits": waits,
            "title": gettext("Person %s") % obj.external_id,
        }
