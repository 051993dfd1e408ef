"""Giving and taking labels by hand: on a person's page, and to those chosen in the list."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from marketing.people.models import Label, LabelGiven
from marketing.studio.admin.base import PageAdmin
from marketing.studio.pages import labelling
from marketing.workspace.queries import now

_MOST_AT_ONCE, _LONGEST_VALUE = 5_000, 120


class LabelViews(PageAdmin):
    """Of the people's admin."""

    actions = ["give_label"]

    def get_urls(self) -> list[URLPattern]:
        give = self.admin_site.admin_view(require_POST(self.give_view))
        take = self.admin_site.admin_view(require_POST(self.take_view))
        return [
            path("<int:pk>/labels/give/", give, name="people_person_give"),
            path("<int:pk>/labels/<int:given>/take/", take, name="people_person_take"),
            *super().get_urls(),
        ]

    def labels(self, request: HttpRequest, person: Any) -> dict[str, Any]:
        """What the person's page shows of them."""
        return {
            "labels": labelling.carried(person),
            "label_choices": labelling.choices(),
            "may_label": self.has_give_permission(request),
        }

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


def _operator(request: HttpRequest) -> int:
    """Whom the admin let in: somebody, always."""
    return int(request.user.pk or 0)
