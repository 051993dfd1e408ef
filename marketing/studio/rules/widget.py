"""The builder as a form field's widget; without JavaScript it is the textarea that it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import orjson
from django.forms import Media
from unfold.widgets import UnfoldAdminTextareaWidget

from marketing.conditions.parse import parse, to_json
from marketing.kernel.errors import MarketingError
from marketing.studio.rules.vocabulary import vocabulary


class RulesWidget(UnfoldAdminTextareaWidget):
    """``own_key``: of the segment whose condition it is. ``preview_url``: who counts a draft.

    ``names_url``: who finds names that are not listed.
    """

    template_name = "studio/rules.html"

    def __init__(
        self, own_key: str | None, preview_url: str, names_url: str, attrs: Any = None
    ) -> None:
        super().__init__(attrs)
        self.own_key, self.preview_url, self.names_url = own_key, preview_url, names_url

    @property
    def media(self) -> Media:
        return Media(js=["studio/rules.js"])

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        condition = _spelt_out(value)
        known = vocabulary(self.own_key, frozenset(_texts(condition)))
        context["rules"] = {
            "vocabulary": msgspec.to_builtins(known),
            "condition": condition,
            "names_url": self.names_url,
            "preview_url": self.preview_url,
            "own_key": self.own_key or "",
        }
        return context


def _spelt_out(text: object) -> object:
    """The document in the newest version of the language; as it is where it does not parse."""
    try:
        document = orjson.loads(str(text))
    except orjson.JSONDecodeError:
        return None
    try:
        return to_json(parse(document))
    except MarketingError:
        return document


def _texts(value: object) -> Iterator[str]:
    """Every text in a document, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
