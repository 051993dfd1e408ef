"""The shipped catalogue into the catalogue's tables; run twice it changes nothing."""

from __future__ import annotations

from marketing.catalog.models import Concept, Content
from marketing.demo import stream


def load() -> int:
    """Contents, concepts and prerequisites; returns how many contents there are."""
    rows = stream.catalogue()
    pairs = stream.prerequisites()
    names = {name for row in rows for name in row.concepts} | {n for pair in pairs for n in pair}
    Concept.objects.bulk_create([Concept(name=n) for n in sorted(names)], ignore_conflicts=True)
    concepts = dict(Concept.objects.values_list("name", "id"))
    Content.objects.bulk_create(
        [
            Content(
                external_id=row.external_id,
                title=row.title,
                school=row.school,
                teacher=row.teacher,
                language=row.language,
                price_cents=row.price_cents,
                price_assigned=row.price_assigned,
            )
            for row in rows
        ],
        ignore_conflicts=True,
    )
    contents = dict(Content.objects.values_list("external_id", "id"))
    taught = Content.concepts.through
    taught.objects.bulk_create(
        [
            taught(content_id=contents[row.external_id], concept_id=concepts[name])
            for row in rows
            for name in row.concepts
        ],
        ignore_conflicts=True,
    )
    requires = Concept.requires.through
    requires.objects.bulk_create(
        [
            requires(from_concept_id=concepts[after], to_concept_id=concepts[before])
            for before, after in pairs
        ],
        ignore_conflicts=True,
    )
    return len(contents)
