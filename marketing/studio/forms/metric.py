"""A metric's form: its kind is a member of the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from marketing.experiments.metrics import METRICS
from marketing.experiments.models import MetricDefinition
from marketing.studio.shell import said

if TYPE_CHECKING:
    _Form = forms.ModelForm[MetricDefinition]
else:  # Django's classes take no type arguments at run time
    _Form = forms.ModelForm


def kinds() -> list[tuple[str, str]]:
    """Every member with its name in the operator's language."""
    return [(name, said(METRICS.get(name).label)) for name in METRICS]


class MetricForm(_Form):
    class Meta:
        model = MetricDefinition
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:  # not where the operator may only look
            self.fields["kind"] = forms.ChoiceField(
                label=capfirst(_("kind")), choices=kinds(), widget=UnfoldAdminSelectWidget
            )
