"""A campaign's variants and testers, in its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline, TabularInline
from unfold.decorators import display

from campaigns.models import Campaign, Tester, Variant
from marketing.studio.forms.tester import TesterForm, TesterFormSet
from marketing.studio.forms.variant import VariantForm, parameter_fields

if TYPE_CHECKING:
    _FormSet = forms.BaseInlineFormSet[Variant, Campaign, Any]
else:  # Django's classes take no type arguments at run time
    _FormSet = forms.BaseInlineFormSet


class VariantFormSet(_FormSet):
    """Arms keep their places: exposures name a variant by where it stands."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """A key of what was launched names an arm of its experiment for good."""
        super().add_fields(form, index)
        if self.instance.launched_at and form.instance.pk:
            form.fields["key"].disabled = True

    def clean(self) -> None:
        super().clean()
        kept = [form for form in self.forms if form not in self.deleted_forms]
        if self.instance.launched_at and any(form.instance.pk for form in self.deleted_forms):
            raise ValidationError(
                gettext(
                    "A campaign that was launched keeps its variants, so that what was measured"
                    " stays theirs. Set the weight to 0 instead: nobody new gets it."
                )
            )
        weights = [form.cleaned_data.get("weight") for form in kept if form.cleaned_data]
        if weights and not any(weights):
            raise ValidationError(gettext("At least one variant needs a weight above 0."))


class VariantInline(StackedInline):
    model = Variant
    form = VariantForm
    formset = VariantFormSet
    extra = 0
    verbose_name_plural = _("variants")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The form adds the actions' fields when it is made; Django must be told their names."""
        return ["name", "name_zh", "key", "weight", "action"] + [
            f"p_{name}" for name in parameter_fields()
        ]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Without the added fields, which are no columns of the table."""
        kwargs["fields"] = ["name", "name_zh", "key", "weight", "action"]
        return super().get_formset(request, obj, **kwargs)


class TesterInline(TabularInline):
    model = Tester
    form = TesterForm
    formset = TesterFormSet
    extra = 0
    hide_title = True
    fields = ["user_id", "variant"]
    verbose_name_plural = _("testers")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("person", "variant")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Without the added field, which is no column of the table."""
        kwargs["fields"] = ["variant"]
        return super().get_formset(request, obj, **kwargs)

    @display(description=_("User ID"))
    def user_id(self, tester: Tester) -> str:
        """For who may only look; the form's own field stands there otherwise."""
        return tester.person.external_id
