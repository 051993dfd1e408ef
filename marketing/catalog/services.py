"""What changes the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import QuerySet

from marketing.catalog.models import Concept, Content

_CHUNK = 500
_SET = ("school", "teacher", "language", "price_cents", "currency", "lessons", "published")


class ContentRow(NamedTuple):
    """A content as somebody gives it. None: nothing is said of it; ``concepts`` are added."""

    external_id: str
    title: str
    school: str | None = None
    teacher: str | None = None
    language: str | None = None
    price_cents: int | None = None
    currency: str | None = None
    lessons: int | None = None
    published: bool | None = None
    concepts: tuple[str, ...] = ()

    def said(self) -> dict[str, object]:
        """Column to value, of what is said."""
        given = {name: getattr(self, name) for name in _SET}
        said = {name: value for name, value in given.items() if value is not None}
        # Whoever names a price says that it is not an assigned one.
        assigned = {} if self.price_cents is None else {"price_assigned": False}
        return {"title": self.title, **said, **assigned}


def put(rows: Sequence[ContentRow]) -> None:
    """Make or change contents by their id; of two rows with one id the later one counts last.

    Idempotent. At most 1,000 rows, inside the caller's transaction.
    """
    known = {each.external_id: each for each in _stored(rows)}
    Content.objects.bulk_create(
        [Content(external_id=row.external_id, title=row.title)
         for row in {row.external_id: row for row in rows}.values()
         if row.external_id not in known],
        batch_size=_CHUNK,
    )  # fmt: skip
    contents = {each.external_id: each for each in _stored(rows)}
    for row in rows:
        for name, value in row.said().items():
            setattr(contents[row.external_id], name, value)
    Content.objects.bulk_update(
        contents.values(), ["title", "price_assigned", *_SET], batch_size=_CHUNK // 5
    )
    _teach(rows, {key: each.pk for key, each in contents.items()})


def same(rows: Sequence[ContentRow]) -> set[int]:
    """Indexes of rows whose content is as they say, and which no other row here contradicts."""
    contents = {each.external_id: each for each in _stored(rows).prefetch_related("concepts")}
    changed, found = set(), set()
    for i, row in enumerate(rows):
        content = contents.get(row.external_id)
        if content is None or row.external_id in changed or not _as_said(content, row):
            changed.add(row.external_id)
        else:
            found.add(i)
    return found


def _as_said(content: Content, row: ContentRow) -> bool:
    taught = {concept.name for concept in content.concepts.all()}
    return taught.issuperset(row.concepts) and all(
        getattr(content, name) == value for name, value in row.said().items()
    )


def _stored(rows: Sequence[ContentRow]) -> QuerySet[Content]:
    return Content.objects.filter(external_id__in={row.external_id for row in rows})


def _teach(rows: Sequence[ContentRow], contents: dict[str, int]) -> None:
    names = sorted({name for row in rows for name in row.concepts})
    concepts: dict[str, int] = {}
    for start in range(0, len(names), _CHUNK):
        some = names[start : start + _CHUNK]
        Concept.objects.bulk_create([Concept(name=n) for n in some], ignore_conflicts=True)
        concepts |= dict(Concept.objects.filter(name__in=some).values_list("name", "id"))
    taught = Content.concepts.through
    taught.objects.bulk_create(
        [
            taught(content_id=contents[row.external_id], concept_id=concepts[name])
            for row in rows
            for name in row.concepts
        ],
        batch_size=_CHUNK,
        ignore_conflicts=True,
    )
