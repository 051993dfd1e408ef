"""Whom a label follows: said once; later it is only switched on and off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext

from segments.labelling import in_circles
from segments.models import LabelRule, Segment

if TYPE_CHECKING:
    _Form = forms.ModelForm[LabelRule]
else:
    _Form = forms.ModelForm


class LabelRuleForm(_Form):
    """A rule: the segment is one that somebody wrote, listed or kept."""

    is_learned = False

    class Meta:
        model = LabelRule
        fields = ["segment", "value", "active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "segment" in self.fields:
            offered = Segment.objects.filter(learning__isnull=not self.is_learned)
            self.fields["segment"].queryset = offered  # type: ignore[attr-defined]
        if self.instance.pk:
            for name in {"segment", "value"} & set(self.fields):
                self.fields[name].disabled = True

    def clean(self) -> dict[str, Any]:
        """What would undo itself is refused here; segments that change later are seen to anew."""
        cleaned: dict[str, Any] = super().clean() or {}
        label, segment = self.instance.label, cleaned.get("segment")
        if label.pk and segment and cleaned.get("active"):
            others = LabelRule.objects.filter(active=True, is_leaving=False)
            rules = [*others.select_related("label", "segment")]
            if label.key in in_circles([*rules, LabelRule(label=label, segment=segment)]):
                self.add_error(
                    "segment",
                    gettext("This segment depends on the label: the rule would undo itself."),
                )
        return cleaned


class LearnedLabelForm(LabelRuleForm):
    """Learned: the segment is a group, a lookalike or a rule that was found in data."""

    is_learned = True
