"""A form's condition: it is built, and what cannot be is sent back with its place."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import orjson
from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from marketing.conditions.parse import parse, to_json
from marketing.kernel.errors import MarketingError
from marketing.studio.rules.checking import problems
from marketing.studio.rules.draft import read
from marketing.studio.rules.widget import RulesWidget
from segments.models import Segment

if TYPE_CHECKING:
    _Form = forms.ModelForm[Segment]
else:  # Django's classes take no type arguments at run time
    _Form = forms.ModelForm


def proposed(asked: QueryDict) -> dict[str, Any]:
    """What a link fills in: texts, and a condition if it parses. The operator still saves it."""
    found: dict[str, Any] = {
        name: asked[name] for name in ("name", "name_zh", "key", "family", "description")
        if asked.get(name)
    }  # fmt: skip
    with suppress(orjson.JSONDecodeError, MarketingError):
        found["condition"] = to_json(parse(orjson.loads(asked.get("condition", ""))))
    return found


def built(field: forms.Field, admin: str, own_key: str | None = None) -> None:
    """``admin``: whose doors count the draft (``segments_segment``). ``own_key``: a segment's."""
    field.widget = RulesWidget(
        own_key, reverse(f"admin:{admin}_preview"), reverse(f"admin:{admin}_names")
    )


def checked(document: Any, own_key: str | None = None) -> Any:
    """Refused with every mistake at once; what is only not computed yet is none."""
    found = problems(read(document), own_key)
    if found:
        raise forms.ValidationError(
            [format_lazy("{} {}", each.message, each.fix) for each in found]
        )
    return document


class SegmentForm(_Form):
    """The model's own checks come after this form's: both must pass."""

    class Meta:
        model = Segment
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "description" in self.fields:
            self.fields["description"].widget.attrs["rows"] = 2
        if "condition" not in self.fields:  # the operator may only look
            return
        self.fields["condition"].label = _("Who should be in this segment?")
        built(self.fields["condition"], "segments_segment", self.instance.key or None)

    def clean_condition(self) -> Any:
        return checked(self.cleaned_data["condition"], self.instance.key or None)
