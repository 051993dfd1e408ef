"""What is asked of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from marketing.catalog.models import Concept, Content


def by_external_ids(external_ids: Iterable[str]) -> dict[str, Content]:
    """External id to content; unknown ids are absent."""
    found = Content.objects.filter(external_id__in=list(external_ids))
    return {content.external_id: content for content in found}


def all_external_ids() -> list[str]:
    """In a stable order: the item axis of every ranker."""
    return list(Content.objects.order_by("external_id").values_list("external_id", flat=True))


def published_external_ids() -> set[str]:
    return set(Content.objects.filter(published=True).values_list("external_id", flat=True))


def lessons_of(external_id: str) -> int:
    """How many lessons a content has; 0 where nobody knows."""
    found = Content.objects.filter(external_id=external_id).values_list("lessons", flat=True)
    return found.first() or 0


def contents_of(concepts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Concept to the contents that cover it, sorted; nothing for an unknown concept."""
    found: dict[str, list[str]] = {name: [] for name in concepts}
    pairs = Content.objects.filter(concepts__name__in=found)
    for name, content in pairs.values_list("concepts__name", "external_id"):
        if name in found:
            found[name].append(content)
    return {name: tuple(sorted(contents)) for name, contents in found.items()}


def titles(text: str = "", *, most: int) -> dict[str, str]:
    """External id to title of published contents whose title or id holds the text, by title."""
    called = Q(title__icontains=text) | Q(external_id__icontains=text) if text else Q()
    found = Content.objects.filter(called, published=True).order_by("title", "external_id")
    return dict(found.values_list("external_id", "title")[:most])


def titles_of(external_ids: Iterable[str]) -> dict[str, str]:
    """External id to title, published or not; unknown ids are absent."""
    found = Content.objects.filter(external_id__in=list(external_ids))
    return dict(found.values_list("external_id", "title"))


def concepts(text: str = "", *, most: int) -> list[str]:
    """The names that hold the text, sorted."""
    found = Concept.objects.filter(name__icontains=text).order_by("name")
    return list(found.values_list("name", flat=True)[:most])


def concepts_among(names: Iterable[str]) -> list[str]:
    """Those of the names that are concepts, sorted."""
    found = Concept.objects.filter(name__in=list(names)).order_by("name")
    return list(found.values_list("name", flat=True))
