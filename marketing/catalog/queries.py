"""What is asked of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from marketing.catalog.models import Content


def by_external_ids(external_ids: Iterable[str]) -> dict[str, Content]:
    """External id to content; unknown ids are absent."""
    found = Content.objects.filter(external_id__in=list(external_ids))
    return {content.external_id: content for content in found}


def all_external_ids() -> list[str]:
    """In a stable order: the item axis of every ranker."""
    return list(Content.objects.order_by("external_id").values_list("external_id", flat=True))


def published_external_ids() -> set[str]:
    return set(Content.objects.filter(published=True).values_list("external_id", flat=True))
