"""What the forms of questions share: events by name, filters, the bounds of the question's type."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import msgspec
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from marketing.studio.event_names import event_name
from recommender.event_list import EventList
from recommender.insights import Insight
from recommender.insights._choice import EventChoice

OPERATORS = [("eq", "="), ("not_eq", "≠"), ("gte", "≥"), ("gt", ">"), ("lte", "≤"), ("lt", "<")]
Choices = Sequence[tuple[str, Any]]


class QuestionForm(forms.Form):
    """``insight``: whose question it makes. Filled by GET; ``question`` after ``is_valid``."""

    insight: ClassVar[type[Insight]]
    # The prefixes of its filters.
    filtered: ClassVar[tuple[str, ...]] = ("where",)

    def __init__(self, known: EventList, data: Mapping[str, Any], also: Sequence[str] = ()) -> None:
        """``also``: events that may be chosen though they were not seen."""
        super().__init__(data)
        for prefix in self.filtered:
            self.fields |= filter_fields(prefix)
        self.fields |= self.more_fields()
        for name, field in self.fields.items():
            if isinstance(field, EventField):
                field.choices = event_choices(known, also, required=field.required)
            field.widget.attrs.setdefault("class", "zx-input")
            # Errors are tied to their field for those who cannot see them.
            field.widget.attrs["aria-describedby"] = f"id_{name}_error"

    def more_fields(self) -> dict[str, forms.Field]:
        """Fields that are many of a kind."""
        return {}

    def clean(self) -> dict[str, Any]:
        for prefix in self.filtered:
            clean_filter(self, prefix)
        return self.cleaned_data

    @property
    def filters(self) -> dict[str, dict[str, Any]]:
        """By prefix: its three fields, and whether there is something to see in it."""
        found = {}
        for prefix in self.filtered:
            fields = [self[f"{prefix}_{part}"] for part in ("property", "op", "value")]
            found[prefix] = {"fields": fields, "open": any(fields[i].value() for i in (0, 2))}
        return found

    def fields_of_question(self) -> dict[str, Any]:
        """The question as JSON, from ``cleaned_data``."""
        raise NotImplementedError

    def question(self) -> Insight:
        """Raises msgspec's ValidationError for what only the question itself can tell."""
        return msgspec.convert(self.fields_of_question(), self.insight)

    @classmethod
    def filled(cls, known: EventList, question: Insight) -> Self:
        """Filled in with this question."""
        return cls(known, cls.data_of(question), question.events())

    @classmethod
    def data_of(cls, question: Any) -> dict[str, Any]:
        """The form's data that make this question, as far as the form can say it."""
        raise NotImplementedError


class EventField(forms.ChoiceField):
    """An event that was seen."""


def event_choices(
    known: EventList, also: Sequence[str], *, required: bool
) -> list[tuple[str, str]]:
    names = dict.fromkeys([*known.names(), *also])
    found = [(name, _shown(name)) for name in names]
    return found if required else [("", "—"), *found]


def _shown(name: str) -> str:
    """With the app's own name where it is another, because a developer may be asked about it."""
    words = event_name(name)
    return words if words.lower() == name.lower() else f"{words} · {name}"


def number(insight: type[Insight], name: str, label: Any, **more: Any) -> forms.IntegerField:
    """With the bounds of the question's own field."""
    low, high = bounds(insight, name)
    return forms.IntegerField(label=label, min_value=low, max_value=high, **more)


def bounds(insight: type[Insight], name: str) -> tuple[int | None, int | None]:
    schema = msgspec.json.schema(insight)["$defs"][insight.__name__]["properties"][name]
    return schema.get("minimum"), schema.get("maximum")


def choose(label: Any, choices: Choices, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, **more)


def filter_fields(prefix: str) -> dict[str, forms.Field]:
    """Three fields that are one filter, or none if the property is empty."""
    return {
        f"{prefix}_property": forms.CharField(
            label=_("only if the property"), required=False, max_length=120,
            widget=forms.TextInput(attrs={"list": "zx-properties", "autocomplete": "off"}),
        ),
        f"{prefix}_op": choose(_("comparison"), OPERATORS, required=False),
        f"{prefix}_value": forms.CharField(label=_("value"), required=False, max_length=200),
    }  # fmt: skip


def clean_filter(form: forms.Form, prefix: str) -> None:
    """A property and a value, or neither."""
    given = form.cleaned_data
    name, value = given.get(f"{prefix}_property"), given.get(f"{prefix}_value")
    if name and not value:
        form.add_error(f"{prefix}_value", gettext("Give a value to compare with."))
    if value and not name:
        form.add_error(f"{prefix}_property", gettext("Name the property that is compared."))


def chosen(given: dict[str, Any], event: str, prefix: str) -> dict[str, Any]:
    """An EventChoice as JSON."""
    name = given.get(f"{prefix}_property")
    if not name:
        return {"event": event}
    op = given.get(f"{prefix}_op") or "eq"
    one = {"property": name, "op": op, "value": typed(given[f"{prefix}_value"])}
    return {"event": event, "where": [one]}


def filter_data(choice: EventChoice, prefix: str) -> dict[str, Any]:
    """The first filter's data: a form has room for one."""
    if not choice.where:
        return {}
    first = choice.where[0]
    return {f"{prefix}_property": first.property, f"{prefix}_op": first.op,
            f"{prefix}_value": text(first.value)}  # fmt: skip


def typed(text: str) -> bool | int | float | str:
    """What an operator wrote: a flag, a number, or a text; in quotes always a text."""
    words = text.strip()
    if len(words) >= 2 and words[0] == words[-1] == '"':
        return words[1:-1]
    if words.lower() in ("true", "false"):
        return words.lower() == "true"
    try:
        value = float(words)
    except ValueError:
        return words
    if not math.isfinite(value):
        return words
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def text(value: object) -> str:
    """What ``typed`` makes this value of."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if typed(value) == value and value == value.strip() else f'"{value}"'
    return str(value)


def choice_said(choice: EventChoice) -> str:
    """An event and its filters in a few words."""
    signs = dict(OPERATORS)
    conditions = [f"{each.property} {signs[each.op]} {text(each.value)}" for each in choice.where]
    name = event_name(choice.event)
    return f"{name} ({', '.join(conditions)})" if conditions else name


def preferred(known: EventList, *names: str) -> list[str]:
    """Those of these that were seen, in this order; then the others, most frequent first."""
    seen = known.names()
    return [name for name in names if name in seen] + [n for n in seen if n not in names]
