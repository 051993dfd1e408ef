"""A tester's form: the person by the id that the app sends, the variant out of the campaign's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from campaigns.models import Campaign, Tester, Variant
from marketing.kernel.errors import NotFound
from marketing.people.models import Person
from marketing.people.queries import by_external_id

if TYPE_CHECKING:
    _Form = forms.ModelForm[Tester]
    _FormSet = forms.BaseInlineFormSet[Tester, Campaign, Any]
else:  # Django's classes take no type arguments at run time
    _Form, _FormSet = forms.ModelForm, forms.BaseInlineFormSet


class TesterForm(_Form):
    """``user_id`` stands for the person."""

    user_id = forms.CharField(
        label=_("User ID"), max_length=200, widget=UnfoldAdminTextInputWidget,
        help_text=_("The id that your app sends as userId."),
    )  # fmt: skip

    class Meta:
        model = Tester
        fields = ["variant"]

    def __init__(self, *args: Any, variants: list[Variant], **kwargs: Any) -> None:
        """``variants``: the campaign's, read once for all rows."""
        super().__init__(*args, **kwargs)
        if "variant" in self.fields:  # not where the operator may only look
            self._offer(variants)
        if self.instance.pk and "user_id" in self.fields:
            self.fields["user_id"].initial = self.instance.person.external_id

    def _offer(self, variants: list[Variant]) -> None:
        field = self.fields["variant"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Variant.objects.filter(pk__in=[each.pk for each in variants])
            field.choices = [("", "—"), *((each.pk, str(each)) for each in variants)]

    def clean_user_id(self) -> str:
        given: str = self.cleaned_data["user_id"].strip()
        try:
            self.instance.person = by_external_id(given)
        except NotFound as error:
            raise ValidationError(
                gettext("Nobody has this id. A person is known once your app has sent an event.")
            ) from error
        return given


class TesterFormSet(_FormSet):
    """A person once: the table would refuse the second row without saying which."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        if not hasattr(self, "_variants"):
            self._variants = list(self.instance.variants.all()) if self.instance.pk else []
        return {**super().get_form_kwargs(index), "variants": self._variants}

    def clean(self) -> None:
        super().clean()
        seen: set[Person] = set()
        for form in self.forms:
            if not form.cleaned_data.get("user_id") or form in self.deleted_forms:
                continue
            if form.instance.person in seen:
                form.add_error("user_id", gettext("This person is in the list twice."))
            seen.add(form.instance.person)
