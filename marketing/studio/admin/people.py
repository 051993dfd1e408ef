"""People, and the page that says all that is known about one of them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST
from unfold.decorators import display

from marketing.people import erasures
from marketing.people.models import Erasure, Label, LabelGiven, Person
from marketing.studio.admin.base import PageAdmin, ReadOnlyAdmin, badge
from marketing.studio.pages import labelling, persona, subscription
from marketing.workspace.queries import now

_MOST_AT_ONCE, _LONGEST_VALUE = 5_000, 120
_KINDS = {
    "warehouse": _("events in the warehouse"),
    "log": _("events in the log"),
    "quarantine": _("rejected events"),
    "cards": _("inbox cards"),
    "decisions": _("decisions"),
    "deliveries": _("deliveries"),
    "identities": _("identities"),
    "consents": _("consents"),
    "subscriptions": _("subscriptions"),
    "labels": _("labels"),
}


@admin.register(Person)
class PersonAdmin(PageAdmin):
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

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {
            **persona.context(obj),
            **subscription.context(obj),
            "title": gettext("Person %s") % obj.external_id,
            "may_erase": _may_erase(request),
            "labels": labelling.carried(obj),
            "label_choices": labelling.choices(),
            "may_label": self.has_give_permission(request),
            "erasure": Erasure.objects.filter(person=obj, done_at=None).first(),
        }

    def get_urls(self) -> list[URLPattern]:
        erase = self.admin_site.admin_view(require_http_methods(["GET", "POST"])(self.erase_view))
        give = self.admin_site.admin_view(require_POST(self.give_view))
        take = self.admin_site.admin_view(require_POST(self.take_view))
        return [
            path("<int:pk>/erase/", erase, name="people_person_erase"),
            path("<int:pk>/labels/give/", give, name="people_person_give"),
            path("<int:pk>/labels/<int:given>/take/", take, name="people_person_take"),
            *super().get_urls(),
        ]

    def has_give_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("people.label_person"))

    @admin.action(description=_("Give a label"), permissions=["give"])
    def give_label(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Asks which; the page sends the same action again with the answer."""
        people = list(queryset.order_by("pk").values_list("pk", flat=True)[: _MOST_AT_ONCE + 1])
        if len(people) > _MOST_AT_ONCE:
            most = {"n": f"{_MOST_AT_ONCE:,}"}
            messages.error(request, gettext("At most %(n)s people at once: use a rule.") % most)
            return None
        if "label" in request.POST:
            self._give(request, people)
            return None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Give a label to %(n)s people") % {"n": f"{len(people):,}"},
            "people": people,
            "label_choices": labelling.choices(),
        }
        return TemplateResponse(request, "studio/give_label.html", context)

    def give_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self.get_object(request, str(pk))
        if person is None or not self.has_give_permission(request):
            raise Http404
        self._give(request, [person.pk])
        return redirect("admin:people_person_change", person.pk)

    def take_view(self, request: HttpRequest, pk: int, given: int) -> HttpResponse:
        """Only what was given by hand."""
        row = LabelGiven.objects.filter(pk=given, person=pk, source=LabelGiven.Source.MANUAL)
        found = row.select_related("label").first()
        if found is None or not self.has_give_permission(request):
            raise Http404
        labelling.take(found, now(), user_id=_operator(request))
        return redirect("admin:people_person_change", pk)

    def _give(self, request: HttpRequest, people: list[int]) -> None:
        chosen = request.POST.get("label", "")
        label = Label.objects.filter(pk=chosen).first() if chosen.isdecimal() else None
        value = request.POST.get("value", "").strip()
        if label is None or len(value) > _LONGEST_VALUE or "\x00" in value:
            messages.error(request, gettext("Choose a label; a value has at most 120 characters."))
            return
        by = request.user.get_username()
        labelling.give(label, value, people, now(), user_id=_operator(request), by=by)
        messages.success(request, gettext("The label is given."))

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET says what goes; POST asks for it. A worker does it."""
        person = self.get_object(request, str(pk))
        if person is None or not _may_erase(request):
            raise Http404
        if request.method == "POST":
            return self._ask_erasure(request, person)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Erase person %s") % person.external_id,
            "person": person,
        }
        return TemplateResponse(request, "studio/erase.html", context)

    def _ask_erasure(self, request: HttpRequest, person: Person) -> HttpResponse:
        """The audit log names the ordinal: it outlives the erasure."""
        with transaction.atomic():
            erasure = erasures.ask(person, now(), asked_by=request.user.get_username()[:120])
            LogEntry.objects.create(
                user_id=_operator(request),
                content_type=ContentType.objects.get_for_model(Erasure),
                object_id=str(erasure.pk),
                object_repr=f"#{person.pk}",
                action_flag=ADDITION,
            )
        messages.success(request, gettext("The erasure is asked for; a worker does it now."))
        return redirect("admin:people_erasure_changelist")


def _operator(request: HttpRequest) -> int:
    """Whom the admin let in: somebody, always."""
    return int(request.user.pk or 0)


def _may_erase(request: HttpRequest) -> bool:
    return request.user.has_perm("people.erase_person")


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """Who was forgotten is not to be known; that it was done is."""

    list_display = ["ordinal", "state", "asked_by", "asked_at", "done_at", "went"]
    list_filter = [("done_at", admin.EmptyFieldListFilter)]
    fields = ["person_id", "asked_by", "asked_at", "done_at", "went"]

    def get_readonly_fields(self, request: HttpRequest, obj: Erasure | None = None) -> list[str]:
        return ["person_id", "went"]

    @display(description=_("ordinal"), ordering="person_id")
    def ordinal(self, erasure: Erasure) -> str:
        return f"#{erasure.person_id}"

    @display(description=_("state"), ordering="done_at")
    def state(self, erasure: Erasure) -> SafeString:
        if erasure.done_at:
            return badge(gettext("done"), "good")
        return badge(gettext("waiting"), "info")

    @display(description=_("what went"))
    def went(self, erasure: Erasure) -> str:
        kinds = [f"{_KINDS.get(kind, kind)} {n:,}" for kind, n in erasure.counts.items() if n]
        return " · ".join(kinds) or "—"
