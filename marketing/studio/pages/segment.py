"""What stands above a segment's form: sentence, size over time, some members."""

from __future__ import annotations

from typing import Any

from marketing.people.models import Person
from marketing.people.queries import count
from marketing.studio import charts
from marketing.studio.shell import said
from marketing.workspace.language import language
from segments.models import Segment
from segments.queries import sentence

_SAMPLE = 8
_POINTS = 60


def context(segment: Segment) -> dict[str, Any]:
    versions = list(segment.versions.all()[:_POINTS])
    newest = versions[0] if versions else None
    people = count()
    members = list(newest.members[:_SAMPLE]) if newest else []
    history = list(reversed(versions))
    return {
        "title": said(segment.label),
        "sentence": sentence(segment, language()),
        "newest": newest,
        "share": newest.size / people if newest and people else None,
        "sample": list(Person.objects.filter(pk__in=members)),
        "history": charts.line(
            [f"{each.checked_at:%Y-%m-%d}" for each in history],
            {said(segment.label): [each.size for each in history]},
        ),
    }
