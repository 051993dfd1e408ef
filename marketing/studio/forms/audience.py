"""A campaign's form: its audience is built as a segment's condition is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from marketing.studio.rules.form import built, checked

if TYPE_CHECKING:
    _Form = forms.ModelForm[Campaign]
else:
    _Form = forms.ModelForm


class CampaignForm(_Form):
    """An audience takes no segment's place: the draft is counted beside all of them."""

    class Meta:
        model = Campaign
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "audience" in self.fields:  # not where the operator may only look
            self.fields["audience"].label = _("Who should get this campaign?")
            built(self.fields["audience"], "campaigns_campaign")

    def clean_audience(self) -> Any:
        return checked(self.cleaned_data["audience"])
