"""Addresses with a key in them: no word of another address stands where somebody's key may."""

from __future__ import annotations

from django.urls import resolve

from marketing.api.urls import urlpatterns
from marketing.api.views.segments import SegmentView


def test_segment__whatever_word_is_its_key__then_its_address_is_its_own() -> None:
    routes = [str(each.pattern) for each in urlpatterns]
    words = {part for route in routes for part in route.split("/") if part.isalpha()}
    assert {"overlap", "rfm", "members"} <= words
    for word in words:
        assert resolve(f"/api/v1/segments/{word}").func.view_class is SegmentView, word  # type: ignore[attr-defined]
