"""An audience without JSON: which segments, and how high a score; anything else stays as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectMultipleWidget,
    UnfoldAdminSelectWidget,
)

from campaigns.models import Campaign
from marketing.conditions.criteria.score_percentile import ScorePercentile
from marketing.conditions.criteria.segment import Segment as InSegment
from marketing.conditions.groups import All, Node
from marketing.conditions.parse import parse, to_json
from marketing.conditions.types import Ref
from marketing.kernel.errors import Invalid
from marketing.personas.labels import labeller
from marketing.studio.shell import said
from marketing.workspace.language import language
from marketing.workspace.models import Pointer
from segments.models import Segment

if TYPE_CHECKING:
    _Form = forms.ModelForm[Campaign]
else:
    _Form = forms.ModelForm


class CampaignForm(_Form):
    """``in_segments`` and the score make up the audience, unless it is a richer condition."""

    in_segments = forms.MultipleChoiceField(
        label=capfirst(_("in all of these segments")),
        required=False,
        widget=UnfoldAdminSelectMultipleWidget,
    )
    by_score = forms.ChoiceField(
        label=capfirst(_("and by score")), required=False, widget=UnfoldAdminSelectWidget
    )
    top_percent = forms.IntegerField(
        label=capfirst(_("in the top, percent")), required=False, min_value=1, max_value=100,
        widget=UnfoldAdminIntegerFieldWidget,
    )  # fmt: skip

    class Meta:
        model = Campaign
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["audience"].required = False
        _choose(self.fields["in_segments"], [(s.key, said(s.label)) for s in Segment.objects.all()])
        _choose(self.fields["by_score"], [("", "—"), *_scores()])
        simple = _simple(self.instance.audience) if self.instance.pk else None
        if simple is not None:
            self.initial["in_segments"], self.initial["by_score"] = simple[0], simple[1]
            self.initial["top_percent"] = simple[2]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        changed = {"in_segments", "by_score", "top_percent"} & set(self.changed_data)
        if changed or not cleaned.get("audience"):
            cleaned["audience"] = to_json(All(tuple(self._parts(cleaned))))
        return cleaned

    def _parts(self, cleaned: dict[str, Any]) -> list[Node]:
        parts: list[Node] = [InSegment(name=key) for key in cleaned.get("in_segments") or []]
        score, top = cleaned.get("by_score"), cleaned.get("top_percent")
        if bool(score) != bool(top):
            self.add_error("top_percent", gettext("Choose a score and a percentage, or neither."))
        if score and top:
            parts.append(ScorePercentile(name=score, op="gte", value=round(1 - top / 100, 4)))
        return parts


def _choose(field: forms.Field, choices: list[tuple[str, str]]) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


def _scores() -> list[tuple[str, str]]:
    """Scores that were written, by their labels."""
    label = labeller()
    names = [p.name.partition(":")[2] for p in Pointer.objects.filter(name__startswith="score:")]
    return [(name, label(Ref("score", name), language())) for name in names]


def _simple(document: object) -> tuple[list[str], str, int | None] | None:
    """(segments, score, top percent) if the condition is of that shape, else None."""
    try:
        node = parse(document)
    except Invalid:
        return None
    if not isinstance(node, All):
        return None
    segments, score, top = [], "", None
    for part in node.parts:
        if isinstance(part, InSegment) and part.op == "eq" and part.value is True:
            segments.append(part.name)
        elif isinstance(part, ScorePercentile) and part.op == "gte" and not score:
            score, top = part.name, round(100 * (1 - float(str(part.value))))
        else:
            return None
    return segments, score, top
