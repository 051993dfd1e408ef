"""A campaign's form: its audience is built with the builder that segments are built with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from marketing.studio.rules.form import checked
from marketing.studio.rules.widget import RulesWidget

if TYPE_CHECKING:
    _Form = forms.ModelForm[Campaign]
else:
    _Form = forms.ModelForm


class CampaignForm(_Form):
    class Meta:
        model = Campaign
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "audience" not in self.fields:  # the operator may only look
            return
        field = self.fields["audience"]
        field.label = _("Who is this campaign for?")
        field.widget = RulesWidget(
            None,
            reverse("admin:campaigns_campaign_preview"),
            reverse("admin:campaigns_campaign_names"),
        )

    def clean_audience(self) -> Any:
        return checked(self.cleaned_data["audience"], None)
