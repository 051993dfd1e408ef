"""A segment's form: its condition is built, and what cannot be is sent back with its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from marketing.studio.rules.checking import problems
from marketing.studio.rules.draft import read
from marketing.studio.rules.widget import RulesWidget
from segments.models import Segment

if TYPE_CHECKING:
    _Form = forms.ModelForm[Segment]
else:  # Django's classes take no type arguments at run time
    _Form = forms.ModelForm


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
        field = self.fields["condition"]
        field.label = _("Who should be in this segment?")
        field.widget = RulesWidget(
            self.instance.key or None,
            reverse("admin:segments_segment_preview"),
            reverse("admin:segments_segment_names"),
        )

    def clean_condition(self) -> Any:
        return checked(self.cleaned_data["condition"], self.instance.key or None)


def checked(document: Any, own_key: str | None) -> Any:
    """Refused with every mistake at once; what is only not computed yet is none."""
    found = problems(read(document), own_key)
    if found:
        raise forms.ValidationError(
            [format_lazy("{} {}", each.message, each.fix) for each in found]
        )
    return document
