"""Questions as forms: whom to look at, by which columns, for what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketing.people.models import Label
from marketing.people.queries import count
from marketing.studio.kinds import columns
from marketing.studio.shell import said
from marketing.workspace.language import language
from segments.discovery.questions import (
    AUTO,
    MOST_COLUMNS,
    Groups,
    Lookalike,
    Question,
    Rule,
)
from segments.learning.clusterers import CLUSTERERS
from segments.learning.prepare import Missing
from segments.models import Learning, Segment

Task = Learning.Task


class QuestionForm(forms.Form):
    """``question`` after ``is_valid``. ``data_of`` is the way back, for asking again."""

    template = "studio/kinds/ask_groups.html"

    within = forms.ChoiceField(label=gettext_lazy("among"), required=False)
    columns = forms.MultipleChoiceField(
        label=gettext_lazy("by these columns"),
        error_messages={"required": gettext_lazy("Choose at least one column.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.offered = columns.offered()
        found = [column for group in self.offered for column in group.columns]
        choices(self, "columns", found)
        choices(self, "within", [("", _("everybody")), *segments()])
        self.initial.setdefault("columns", columns.usual(self.offered))
        for name, field in self.fields.items():
            if not isinstance(field.widget, forms.RadioSelect):
                field.widget.attrs.setdefault("class", "zx-input")
            field.widget.attrs["aria-describedby"] = f"id_{name}_error"

    def clean_columns(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["columns"]
        if len(chosen) > MOST_COLUMNS:
            raise forms.ValidationError(_("At most %d columns.") % MOST_COLUMNS)
        return chosen

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The columns in their groups, with whether each is chosen."""
        chosen = set(self["columns"].value() or ())
        return [
            {
                "title": group.title,
                "columns": [(name, label, name in chosen) for name, label in group.columns],
                "chosen": sum(name in chosen for name, _label in group.columns),
            }
            for group in self.offered
        ]

    def shared(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"columns": tuple(given["columns"]), "within": given["within"] or None}

    def question(self) -> Question:
        raise NotImplementedError

    @classmethod
    def data_of(cls, question: Any) -> dict[str, Any]:
        given = msgspec.to_builtins(question)
        return {name: value for name, value in given.items() if value is not None}


class GroupsForm(QuestionForm):
    method = forms.ChoiceField(label=gettext_lazy("method"), widget=forms.RadioSelect, initial=AUTO)
    k = forms.IntegerField(
        label=gettext_lazy("number of groups"), min_value=2, max_value=20, required=False,
        widget=forms.NumberInput(attrs={"placeholder": gettext_lazy("found by itself")}),
    )  # fmt: skip
    missing = forms.ChoiceField(
        label=gettext_lazy("who lacks a value"), required=False, initial=Missing.MEDIAN,
        choices=[
            (Missing.MEDIAN, gettext_lazy("counts as the middle, and as lacking it")),
            (Missing.LEAVE_OUT, gettext_lazy("is in no group")),
        ],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.suits = {AUTO: _("K-means; where it finds none, HDBSCAN is asked too.")}
        self.suits |= {name: said(CLUSTERERS.get(name).suits) for name in CLUSTERERS}
        methods = [(name, said(CLUSTERERS.get(name).label)) for name in CLUSTERERS]
        choices(self, "method", [(AUTO, _("Automatic")), *methods])

    @property
    def methods(self) -> list[tuple[str, str, str, bool]]:
        """(name, label, what it suits, whether it is chosen)."""
        value = self["method"].value()
        return [(name, str(label), self.suits[name], name == value)
                for name, label in self.fields["method"].choices]  # type: ignore[attr-defined]  # fmt: skip

    def question(self) -> Groups:
        given = self.cleaned_data
        missing = Missing(given["missing"] or Missing.MEDIAN)
        return Groups(**self.shared(), method=given["method"], k=given["k"], missing=missing)


class LookalikeForm(QuestionForm):
    template = "studio/kinds/ask_lookalike.html"

    members = forms.ChoiceField(label=gettext_lazy("like the members of"))
    size = forms.IntegerField(label=gettext_lazy("how many people"), min_value=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices(self, "members", [("", "—"), *segments()])
        self.people = count()
        self.initial.setdefault("size", max(self.people // 20, 1))
        self.fields["size"].widget.attrs["max"] = max(self.people, 1)

    def question(self) -> Lookalike:
        given = self.cleaned_data
        return Lookalike(**self.shared(), members=given["members"], size=given["size"])


class RuleForm(QuestionForm):
    template = "studio/kinds/ask_rule.html"

    examples = forms.ChoiceField(label=gettext_lazy("examples"))
    value = forms.CharField(
        label=gettext_lazy("only with the label's value"), required=False, max_length=120
    )
    min_precision = forms.IntegerField(
        label=gettext_lazy("least share of examples in a part, %"), min_value=1, max_value=99,
        initial=50,
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = [(f"segment:{key}", name) for key, name in segments()]
        holders = [(f"label:{label.key}", _label(label)) for label in Label.objects.all()]
        groups = [(_("Members of a segment"), members), (_("Who holds a label"), holders)]
        choices(self, "examples", [("", "—"), *(group for group in groups if group[1])])

    def question(self) -> Rule:
        given = self.cleaned_data
        kind, _colon, name = given["examples"].partition(":")
        value = given["value"] if kind == "label" else ""
        examples = {kind: name, **({"value": value} if value else {})}
        rule = {
            **self.shared(),
            "examples": examples,
            "min_precision": given["min_precision"] / 100,
        }
        return msgspec.convert(rule | {"type": "rule"}, Rule)

    @classmethod
    def data_of(cls, question: Any) -> dict[str, Any]:
        found = super().data_of(question)
        given = question.examples
        kind, name = ("segment", given.segment) if given.segment else ("label", given.label)
        return found | {
            "examples": f"{kind}:{name}", "value": given.value or "",
            "min_precision": round(100 * question.min_precision),
        }  # fmt: skip


FORMS: dict[str, type[QuestionForm]] = {
    Task.GROUPS: GroupsForm,
    Task.LOOKALIKE: LookalikeForm,
    Task.RULE: RuleForm,
}


def choices(form: forms.Form, name: str, found: list[Any]) -> None:
    form.fields[name].choices = found  # type: ignore[attr-defined]


def segments() -> list[tuple[str, str]]:
    """Keys and names of those that are evaluated."""
    return [(each.key, said(each.label)) for each in Segment.objects.filter(active=True)]


def _label(label: Label) -> str:
    return label.name_zh or label.name if language() == "zh" else label.name
