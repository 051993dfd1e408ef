"""A campaign's form: its audience is built as a segment's condition is; its experiment planned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Sum
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelect2MultipleWidget, UnfoldAdminSelectWidget

from campaigns.models import Campaign
from marketing.studio.forms.columns import column_choices
from marketing.studio.rules.form import built, checked

if TYPE_CHECKING:
    _Form = forms.ModelForm[Campaign]
else:
    _Form = forms.ModelForm

_HELP = {
    "layer_percent": _("All campaigns of the layer together take at most 100."),
    "allocation": _(
        "By the weights: an even comparison. The others move people to what works, and say so in"
        " the result."
    ),
    "allocation_reads": _("For 'people like this one': what makes people alike."),
    "method": _("Planned looks may stop early without false findings; the others wait or bet."),
    "strata": _("As it was at the start: people who are alike in it are compared."),
    "metrics": _("Looked at beside the goal; guardrails must not get worse."),
}
_LABELS = {"allocation_reads": _("told apart by"), "strata": _("compare like with like by")}


class CampaignForm(_Form):
    """An audience takes no segment's place: the draft is counted beside all of them."""

    class Meta:
        model = Campaign
        fields = "__all__"
        help_texts = _HELP

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "audience" in self.fields:  # not where the operator may only look
            self.fields["audience"].label = _("Who should get this campaign?")
            built(self.fields["audience"], "campaigns_campaign")
        if "strata" in self.fields:
            self._offer_columns()

    def _offer_columns(self) -> None:
        """Columns are chosen by what they are called, and never written."""
        reads = self.instance.allocation_reads
        columns = column_choices([*reads, self.instance.strata])
        more: dict[str, Any] = {
            name: {"label": capfirst(_LABELS[name]), "required": False,
                   "help_text": self.fields[name].help_text} for name in _LABELS
        }  # fmt: skip
        self.fields["strata"] = forms.ChoiceField(
            choices=[("", "—"), *columns], widget=UnfoldAdminSelectWidget, **more["strata"]
        )
        self.fields["allocation_reads"] = forms.MultipleChoiceField(
            choices=columns, widget=UnfoldAdminSelect2MultipleWidget, **more["allocation_reads"]
        )

    def clean_audience(self) -> Any:
        return checked(self.cleaned_data["audience"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        contextual = Campaign.Allocation.CONTEXTUAL
        if cleaned.get("allocation") == contextual and not cleaned.get("allocation_reads"):
            self.add_error("allocation_reads", gettext("Choose what tells people apart."))
        layer, percent = cleaned.get("layer"), cleaned.get("layer_percent")
        if layer is not None and percent:
            left = 100 - self._taken(layer)
            if percent > left:
                self.add_error("layer_percent", gettext("The layer has %d %% left.") % left)
        return cleaned

    def _taken(self, layer: Any) -> int:
        """Percent of the layer that its other campaigns have, those that ended left out."""
        others = Campaign.objects.filter(layer=layer).exclude(pk=self.instance.pk)
        rest = others.exclude(status=Campaign.Status.ENDED)
        return int(rest.aggregate(n=Sum("layer_percent"))["n"] or 0)
