"""A variant's form: the fields of every action, read from the registry; the chosen one's count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget
from unfold.widgets import UnfoldAdminTextInputWidget as TextWidget

from campaigns.actions import ACTIONS
from campaigns.channels import CHANNELS
from campaigns.models import Variant
from marketing.studio.shell import said

if TYPE_CHECKING:
    _Form = forms.ModelForm[Variant]
else:  # Django's classes take no type arguments at run time
    _Form = forms.ModelForm

_PREFIX = "p_"
# The form's word for an empty channel: nothing is sent, the app renders the answer.
_APP = "app"
_LABELS = {
    "value_cents": _("value, cents"),
    "valid_days": _("valid for, days"),
    "currency": _("currency"),
    "title": _("title"),
    "body": _("body"),
    "content": _("content id"),
    "channel": _("channel"),
    "ad": _("ad key"),
}


def parameter_fields() -> dict[str, type]:
    """Every parameter of every action with its type, in the order of the registry."""
    found: dict[str, type] = {}
    for name in ACTIONS:
        for field in msgspec.structs.fields(ACTIONS.get(name)):
            found.setdefault(field.name, int if _is_number(field.type) else str)
    return found


def _is_number(kind: object) -> bool:
    """Plain or annotated with bounds."""
    return kind is int or getattr(kind, "__origin__", None) is int


class VariantForm(_Form):
    """``parameters`` is put together from the chosen action's own fields and checked by them."""

    action = forms.ChoiceField(label=capfirst(_("action")), widget=UnfoldAdminSelectWidget)

    class Meta:
        model = Variant
        fields = ["key", "name", "name_zh", "weight", "action"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        action = self.fields["action"]
        if isinstance(action, forms.ChoiceField):
            action.choices = [(name, said(ACTIONS.get(name).label)) for name in ACTIONS]
        given = self.instance.parameters if self.instance.pk else {}
        for name, kind in parameter_fields().items():
            field = _field(name, kind)
            field.initial = given.get(name)
            if name == "channel" and field.initial == "":
                field.initial = _APP
            self.fields[_PREFIX + name] = field

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        action = ACTIONS.get(cleaned.get("action", next(iter(ACTIONS))))
        fields = msgspec.structs.fields(action)
        given = {field.name: cleaned.get(_PREFIX + field.name) for field in fields}
        # Left empty is left to the action's default.
        parameters = {name: v for name, v in given.items() if v not in (None, "")}
        if parameters.get("channel") == _APP:
            parameters["channel"] = ""
        for field in fields:
            if field.required and field.name not in parameters:
                self.add_error(_PREFIX + field.name, gettext("This action needs it."))
        if not self.errors:
            self._convert(parameters, action)
        self.instance.parameters = parameters
        return cleaned

    def _convert(self, parameters: dict[str, Any], action: type) -> None:
        try:
            msgspec.convert(parameters, action)
        except msgspec.ValidationError as error:
            self.add_error("action", str(error))

    def _post_clean(self) -> None:
        """The model would repeat the errors under ``parameters``, which is no field of the form."""
        if not self.errors:
            super()._post_clean()  # type: ignore[misc]


def _field(name: str, kind: type) -> forms.Field:
    label = capfirst(_LABELS.get(name, name))
    help_text = _used_by(name)
    if name == "channel":
        choices = [
            ("", "—"),
            *((each, each) for each in dict.fromkeys([*settings.CHANNELS, *CHANNELS])),
            (_APP, _("the app")),
        ]
        return forms.ChoiceField(
            label=label, required=False, choices=choices, widget=UnfoldAdminSelectWidget,
            help_text=_("'the app': nothing is sent, the app shows the answer in a placement."),
        )  # fmt: skip
    if kind is int:
        return forms.IntegerField(
            label=label, required=False, min_value=0, help_text=help_text,
            widget=UnfoldAdminIntegerFieldWidget,
        )  # fmt: skip
    return forms.CharField(
        label=label, required=False, max_length=500, help_text=help_text, widget=TextWidget
    )


def _used_by(name: str) -> str:
    """Which actions read this field."""
    actions = [
        said(ACTIONS.get(action).label)
        for action in ACTIONS
        if any(f.name == name for f in msgspec.structs.fields(ACTIONS.get(action)))
    ]
    return " · ".join(actions) if len(actions) < len(ACTIONS) else ""
