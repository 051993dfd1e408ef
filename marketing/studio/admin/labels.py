"""Labels: how many carry each, where they come from, and the rules that give them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import display

from marketing.kernel.text import Text
from marketing.people.models import Label, LabelGiven
from marketing.studio.admin.base import StudioAdmin, badge, two_lines
from marketing.studio.forms.label_rule import LabelRuleForm, LearnedLabelForm
from marketing.studio.shell import said
from segments.models import LabelRule

_MOST_VALUES = 6


@dataclass
class _Row:
    """How many carry each value, and how many labels each source gave."""

    values: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    sources: dict[str, int] = field(default_factory=lambda: defaultdict(int))


class LabelRuleInline(TabularInline):
    model = LabelRule
    form: type[LabelRuleForm] = LabelRuleForm
    fields = ["segment", "value", "active"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related("segment__learning", "label")
        is_rule = not self.form.is_learned
        return rows.filter(is_leaving=False, segment__learning__isnull=is_rule)


class _LearnedFormSet(TabularInline.formset):
    """Beside the rules, in the same form."""

    @classmethod
    def get_default_prefix(cls) -> str:
        return "learned"


class LearnedLabelInline(LabelRuleInline):
    """Follows what was learned: whoever is found to be inside carries the label."""

    form = LearnedLabelForm
    formset = _LearnedFormSet
    verbose_name = _("learned label")
    verbose_name_plural = _("Learned from data")
    fields = ["segment", "value", "active", "learned", "carried"]
    readonly_fields = ["learned", "carried"]

    @display(description=_("learned from"))
    def learned(self, rule: LabelRule) -> str:
        """What was learned, and as of when."""
        found = rule.segment.learning if rule.pk else None
        if found is None:
            return "—"
        day = date_format(found.as_of, "Y-m-d") if found.as_of else ""
        return f"{found.get_task_display()} {day}".strip()

    @display(description=_("people"))
    def carried(self, rule: LabelRule) -> str:
        if not rule.pk:
            return "—"
        given = LabelGiven.objects.filter(label=rule.label_id, value=rule.value)
        return f"{given.filter(given_by=rule.segment.key, source='learned').count():,}"


@admin.register(Label)
class LabelAdmin(StudioAdmin):
    list_display = ["title", "key", "carried", "sources"]
    search_fields = ["name", "name_zh", "key"]
    fields = [("name", "name_zh"), "key", "description"]
    inlines = [LabelRuleInline, LearnedLabelInline]
    actions = None

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """One query for all rows."""
        changelist = super().get_changelist_instance(request)
        rows: dict[int, _Row] = defaultdict(_Row)
        given = LabelGiven.objects.filter(label__in=[label.pk for label in changelist.result_list])
        for label, value, source, n in (
            given.values_list("label", "value", "source").annotate(n=Count("id")).order_by()
        ):
            rows[label].values[value] += n
            rows[label].sources[source] += n
        for label in changelist.result_list:
            label.row = rows[label.pk]
        return changelist

    def get_readonly_fields(self, request: HttpRequest, obj: Label | None = None) -> list[str]:
        """Conditions refer to the key: it never changes."""
        return ["key"] if obj else []

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Label | None = None
    ) -> dict[str, Any]:
        return {} if obj else {"key": ["name"]}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Not what somebody carries: its rules end first, and a worker takes the labels back."""
        allowed: bool = super().has_delete_permission(request, obj)
        return allowed and not (obj is not None and obj.given.exists())

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Never the whole row of a rule: a worker writes in it how far it has come."""
        for rule in formset.save(commit=False):
            rule.save(update_fields=["active"]) if rule.pk else rule.save()
        for rule in formset.deleted_objects:
            LabelRule.objects.filter(pk=rule.pk).update(is_leaving=True)

    @display(description=_("Label"), ordering="name")
    def title(self, label: Label) -> SafeString:
        name = said(Text(label.name, label.name_zh or label.name))
        return two_lines(name, label.description)

    @display(description=_("people by value"))
    def carried(self, label: Any) -> SafeString | str:
        counts = sorted(label.row.values.items(), key=lambda each: (-each[1], each[0]))
        shown = [(value or "✓", f"{n:,}") for value, n in counts[:_MOST_VALUES]]
        rest = [("…", f"+{len(counts) - _MOST_VALUES}")] if len(counts) > _MOST_VALUES else []
        return format_html_join(" · ", "{} <b>{}</b>", [*shown, *rest]) or "—"

    @display(description=_("where from"))
    def sources(self, label: Any) -> SafeString | str:
        names = dict(LabelGiven.Source.choices)
        found = [(badge(f"{names[each]} {n:,}"),) for each, n in sorted(label.row.sources.items())]
        return format_html_join(" ", "{}", found) or "—"
